// Asks the server for the view's state again and again, and tells only what is new.
import type { DashboardState } from "../generated/schemas.ts";

const PAUSE = 2500;
const LONGEST_PAUSE = 30_000;
const NOT_MODIFIED = 304;

export interface Listener {
  changed(state: DashboardState): Promise<void>;
  /** What stands between the reader and current values, if anything, and how often in a row. */
  trouble(kind: "connection" | "signed-out" | null, failures: number): void;
}

export interface Watch {
  /** Asks at once, whatever was known before. */
  restart(): void;
}

export function watch(address: () => string, listener: Listener): Watch {
  let tag = "";
  let failures = 0;
  let timer = 0;
  let asking = new AbortController();

  async function ask(): Promise<void> {
    const mine = (asking = new AbortController());
    try {
      const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
      // The tag is compared here, so the browser's own cache must not answer in between.
      const answer = await fetch(address(), { headers, cache: "no-store", signal: mine.signal });
      if (mine.signal.aborted) return;
      if (answer.status === 401 || answer.status === 403) return listener.trouble("signed-out", 1);
      if (answer.status !== NOT_MODIFIED) await take(answer, mine.signal);
      failures = 0;
      listener.trouble(null, 0);
    } catch {
      if (mine.signal.aborted) return;
      failures += 1;
      listener.trouble("connection", failures);
    }
    rest();
  }

  async function take(answer: Response, signal: AbortSignal): Promise<void> {
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const state = (await answer.json()) as DashboardState;
    if (signal.aborted) return;
    tag = answer.headers.get("ETag") ?? "";
    await listener.changed(state);
  }

  function rest(): void {
    clearTimeout(timer);
    // Nobody looks: waking up is left to visibilitychange.
    if (document.hidden) return;
    timer = window.setTimeout(() => void ask(), Math.min(PAUSE * 2 ** failures, LONGEST_PAUSE));
  }

  function askNow(): void {
    asking.abort();
    clearTimeout(timer);
    void ask();
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) askNow();
  });
  window.addEventListener("online", askNow);
  return {
    restart() {
      tag = "";
      askNow();
    },
  };
}
