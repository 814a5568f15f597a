import { useEffect } from "preact/hooks";
import { startIdleTimer } from "../../store/idle.ts";
import type { Session } from "../../sync/session.ts";

/** Long enough to listen to a respondent's story, short enough for a tablet left on a table. */
const IDLE_MS = 10 * 60 * 1000;

/** Lock by itself when nobody touches the tablet. */
export function useIdleLock(session: Session | null, lock: () => void): void {
  useEffect(() => {
    if (!session) return;
    const timer = startIdleTimer(IDLE_MS, lock);
    const touch = () => timer.touch();
    const signs = ["pointerdown", "keydown", "visibilitychange"] as const;
    for (const sign of signs) document.addEventListener(sign, touch);
    return () => {
      for (const sign of signs) document.removeEventListener(sign, touch);
      timer.stop();
    };
  }, [session, lock]);
}
