// Whether the app stands on the home screen, and how it gets there on this device.
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

/** What Chromium browsers hand out once an app can be installed; not in the DOM types. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
  readonly userChoice: Promise<{ outcome: "accepted" | "dismissed" }>;
}

export type Device = "apple" | "android" | "other";

export interface Installing {
  readonly isInstalled: boolean;
  readonly device: Device;
  /** Asks the browser to install; null where the officer has to do it by the browser's menu. */
  readonly install: (() => Promise<void>) | null;
}

const Current = createContext<Installing>({ isInstalled: true, device: "other", install: null });
export const InstallingProvider = Current.Provider;

export function useInstalling(): Installing {
  return useContext(Current);
}

/** Watch from the start: the browser makes its offer once, often before anybody signs in. */
export function useInstallOffer(): Installing {
  const [offer, setOffer] = useState<InstallEvent | null>(null);
  const [isInstalled, setInstalled] = useState(standsAlone);
  useEffect(() => {
    const keep = (event: Event) => {
      event.preventDefault();
      setOffer(event as InstallEvent);
    };
    const done = () => setInstalled(true);
    addEventListener("beforeinstallprompt", keep);
    addEventListener("appinstalled", done);
    return () => {
      removeEventListener("beforeinstallprompt", keep);
      removeEventListener("appinstalled", done);
    };
  }, []);
  const install = offer && (async () => {
    await offer.prompt();
    // An offer can be taken up once.
    setOffer(null);
  });
  return { isInstalled, device: deviceOf(navigator), install };
}

/** Started from the home screen, not in a browser's tab. */
function standsAlone(): boolean {
  const { standalone } = navigator as { standalone?: boolean };
  return standalone === true || matchMedia("(display-mode: standalone), (display-mode: fullscreen)").matches;
}

/** iPads call themselves Macintosh, but no Macintosh has a touch screen. */
export function deviceOf({ userAgent, maxTouchPoints }: Pick<Navigator, "userAgent" | "maxTouchPoints">): Device {
  if (/iPhone|iPad|iPod/.test(userAgent)) return "apple";
  if (/Macintosh/.test(userAgent) && maxTouchPoints > 1) return "apple";
  return /Android/.test(userAgent) ? "android" : "other";
}
