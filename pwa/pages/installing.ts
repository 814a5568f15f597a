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

/** The browser's offer to install, and who wants to hear of it. */
export interface InstallOffer {
  event: InstallEvent | null;
  heard: () => void;
}

/** Catch the offer from the very start: the browser makes it once, maybe before the store is open. */
export function catchInstallOffer(): InstallOffer {
  const offer: InstallOffer = { event: null, heard: () => undefined };
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer.event = event as InstallEvent;
    offer.heard();
  });
  return offer;
}

export function useInstallOffer(offer: InstallOffer): Installing {
  const [event, setEvent] = useState(offer.event);
  const [isInstalled, setInstalled] = useState(standsAlone);
  useEffect(() => {
    offer.heard = () => setEvent(offer.event);
    const done = () => setInstalled(true);
    addEventListener("appinstalled", done);
    return () => removeEventListener("appinstalled", done);
  }, [offer]);
  const install = event && (async () => {
    await event.prompt();
    // An offer can be taken up once.
    setEvent(null);
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
