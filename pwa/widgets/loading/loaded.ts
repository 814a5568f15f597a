// What a screen reads before it can be drawn. A reading that fails is told on top of the screen, with a way
// to try again (load-failed.tsx): every use of this has that, none has to think of it.
import { useEffect, useState } from "preact/hooks";
import { reasonOf, type NotSavedReason } from "../../store/problems.ts";

/** What `load` gave last; null before the first time. Loads again whenever `when` changes. */
export function useLoaded<T>(load: () => Promise<T>, when: readonly unknown[]): T | null {
  const [loaded, setLoaded] = useState<T | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isStale = false;
    const again = () => setTries(tries + 1);
    load().then(
      (value) => isStale || setLoaded(() => value),
      (error: unknown) => isStale || tell(again, error),
    );
    return () => {
      isStale = true;
      forget(again);
    };
  }, [...when, tries]);
  return loaded;
}

/** A file of the app itself is not on the tablet and did not come. */
export class PartMissing extends Error {}

/** Readings that failed: how to try each again, and why it failed. */
export type Failing = ReadonlyMap<() => void, NotSavedReason | "part_missing">;

const listeners = new Set<() => void>();
let failing: Failing = new Map();

/** What failed and still stands on the screen. */
export const failures = {
  now: (): Failing => failing,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function tell(again: () => void, error: unknown): void {
  const reason = error instanceof PartMissing ? "part_missing" : reasonOf(error);
  // A locked vault answers nothing more; the screen is going away.
  if (reason !== "locked") become(new Map([...failing, [again, reason]]));
}

function forget(again: () => void): void {
  if (failing.has(again)) become(new Map([...failing].filter(([other]) => other !== again)));
}

function become(next: Failing): void {
  failing = next;
  for (const listener of [...listeners]) listener();
}
