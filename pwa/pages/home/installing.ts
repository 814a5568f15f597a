// Whether the app stands on the home screen, and how it gets there on this device.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { useWatched } from "../../widgets/watched.ts";

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

/** The browser's offer to install, what became of it, and who wants to hear of it. */
export interface InstallOffer {
  readonly event: InstallEvent | null;
  readonly isTaken: boolean;
  readonly take: () => Promise<void>;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Catch the offer from the very start: the browser makes it once, maybe before the store is open. */
export function catchInstallOffer(): InstallOffer {
  const listeners = new Set<() => void>();
  const state: { event: InstallEvent | null; isTaken: boolean } = { event: null, isTaken: false };
  const change = (changed: Partial<typeof state>) => {
    Object.assign(state, changed);
    for (const listener of listeners) listener();
  };
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    change({ event: event as InstallEvent });
  });
  addEventListener("appinstalled", () => change({ isTaken: true }));
  return {
    get event() {
      return state.event;
    },
    get isTaken() {
      return state.isTaken;
    },
    take: async () => {
      await state.event?.prompt();
      // An offer can be taken up once.
      change({ event: null });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useInstallOffer(offer: InstallOffer): Installing {
  const event = useWatched(() => offer.event, offer.subscribe, [offer]);
  const isTaken = useWatched(() => offer.isTaken, offer.subscribe, [offer]);
  const install = event && (() => offer.take());
  return { isInstalled: isTaken || standsAlone(), device: deviceOf(navigator), install };
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
