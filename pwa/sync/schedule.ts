// When to synchronise: at the start, when the network or the screen comes back, by a timer while
// somebody looks, and whenever the button is tapped. No browser is trusted to do it in the background.
import { delayAfter } from "./backoff.ts";
import type { Outcome } from "./synchronise.ts";

export interface Surroundings {
  /** `window` on the tablet: says "online". */
  network: EventTarget;
  /** `document` on the tablet: says "visibilitychange". */
  screen: EventTarget;
  isVisible: () => boolean;
}

export interface Schedule {
  /** The button: at once, whatever the timer says. */
  sendNow: () => Promise<Outcome>;
  stop: () => void;
}

/** Seconds between rounds while all goes well. */
export const INTERVAL = 60;

/**
 * Run `round` by the rules above, one at a time; a call during a round shares its outcome.
 * `onOutcome` hears every outcome, `onError` what only a programming error can cause.
 */
export function startSchedule(
  round: () => Promise<Outcome>,
  { network, screen, isVisible }: Surroundings,
  on: { onOutcome?: (outcome: Outcome) => void; onError?: (error: unknown) => void } = {},
): Schedule {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let running: Promise<Outcome> | null = null;
  let failures = 0;
  let isStopped = false;

  const plan = (seconds: number) => {
    if (timer !== null) clearTimeout(timer);
    timer = isStopped ? null : setTimeout(() => void whileVisible(), seconds * 1000);
  };
  const run = async (): Promise<Outcome> => {
    let wait: number | null = null;
    try {
      const outcome = await round();
      failures = isTrouble(outcome) ? failures + 1 : 0;
      // Another tab, or this one before somebody signed in, will be done in a moment.
      if (outcome.kind === "elsewhere") wait = delayAfter(1);
      if (isTrouble(outcome)) wait = delayAfter(failures, { retryAfter: outcome.retryAfter });
      on.onOutcome?.(outcome);
      return outcome;
    } catch (error) {
      wait = delayAfter((failures += 1));
      on.onError?.(error);
      throw error;
    } finally {
      running = null;
      plan(wait ?? INTERVAL);
    }
  };
  const sendNow = () => (running ??= run());
  const byItself = () => void sendNow().catch(() => undefined);
  const whileVisible = () => (isVisible() ? byItself() : plan(INTERVAL));
  const onScreen = () => isVisible() && byItself();

  network.addEventListener("online", byItself);
  screen.addEventListener("visibilitychange", onScreen);
  byItself();
  return {
    sendNow,
    stop: () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      network.removeEventListener("online", byItself);
      screen.removeEventListener("visibilitychange", onScreen);
    },
  };
}

const FINE: ReadonlySet<Outcome["kind"]> = new Set(["done", "elsewhere", "refused", "not_allowed"]);

function isTrouble({ kind, left }: Outcome): boolean {
  return !FINE.has(kind) || (kind === "done" && left > 0);
}
