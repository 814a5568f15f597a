// The app's own files: are they all on the tablet, is there a newer version, may it take over.

export interface AppVersion {
  /** Whether the worker in charge holds every file; false without a worker. */
  isComplete: () => Promise<boolean>;
  /** Look for a newer version; harmless without network. */
  check: () => Promise<void>;
  /**
   * Let the waiting version take over, unless some tab has an interview open: then false. After
   * true, `onTakenOver` follows and the page reloads when it chooses.
   */
  takeOver: () => Promise<boolean>;
}

export interface VersionEvents {
  /** The first worker is in charge: `isComplete` may have changed. */
  onReady?: () => void;
  /** A newer version waits. */
  onWaiting?: () => void;
  /** A newer version has taken over: reload soon. */
  onTakenOver?: () => void;
}

const INTERVIEW = "izdes-interview-open";
const ANSWER_MS = 5000;

/** Register the worker and watch its versions. Null where the browser has no service workers. */
export async function watchAppVersion(
  address: string,
  events: VersionEvents = {},
): Promise<AppVersion | null> {
  const container = globalThis.navigator?.serviceWorker;
  if (!container) return null;
  let hadWorker = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    if (hadWorker) events.onTakenOver?.();
    else events.onReady?.();
    hadWorker = true;
  });
  // Without network a worker that is there already stays in charge.
  const registration = await container
    .register(address, { updateViaCache: "none" })
    .catch(() => container.getRegistration());
  if (!registration) return null;
  announceWaiting(registration, events);
  return {
    isComplete: () => isComplete(container.controller),
    check: async () => void (await registration.update().catch(() => undefined)),
    takeOver: () => takeOver(registration),
  };
}

/** Say that an interview is open here; call the result when it is closed. */
export function holdVersion(): () => void {
  let release = () => {};
  const closed = new Promise<void>((resolve) => (release = resolve));
  void navigator.locks.request(INTERVIEW, { mode: "shared" }, () => closed);
  return release;
}

function announceWaiting(registration: ServiceWorkerRegistration, events: VersionEvents): void {
  const announce = () => {
    if (registration.waiting && registration.active) events.onWaiting?.();
  };
  const follow = () => registration.installing?.addEventListener("statechange", announce);
  registration.addEventListener("updatefound", follow);
  // It may have been found before anybody listened.
  follow();
  announce();
}

async function takeOver(registration: ServiceWorkerRegistration): Promise<boolean> {
  return navigator.locks.request(INTERVIEW, { ifAvailable: true }, async (lock) => {
    if (!lock || !registration.waiting) return false;
    registration.waiting.postMessage("take-over");
    return true;
  });
}

function isComplete(controller: ServiceWorker | null): Promise<boolean> {
  if (!controller) return Promise.resolve(false);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve(false), ANSWER_MS);
    port1.onmessage = (event: MessageEvent<{ complete: boolean }>) => {
      clearTimeout(timer);
      port1.close();
      resolve(event.data.complete);
    };
    controller.postMessage("is-complete", [port2]);
  });
}
