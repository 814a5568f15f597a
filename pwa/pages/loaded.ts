import { useEffect, useState } from "preact/hooks";

/** What `load` gave last; null before the first time. Loads again whenever `when` changes. */
export function useLoaded<T>(load: () => Promise<T>, when: readonly unknown[]): T | null {
  const [loaded, setLoaded] = useState<T | null>(null);
  useEffect(() => {
    let isStale = false;
    load().then(
      (value) => isStale || setLoaded(() => value),
      () => undefined, // A locked vault answers nothing more; the screen is going away.
    );
    return () => {
      isStale = true;
    };
  }, when);
  return loaded;
}
