// Something outside the screen that changes by itself. Drawn is what it is now; listening begins after
// the first drawing, so what changed in between is looked for once when listening begins.
import { useEffect, useReducer, useRef } from "preact/hooks";

/** What `read` gives now; drawn again when `subscribe` calls back and it gives something else. */
export function useWatched<T>(
  read: () => T,
  subscribe: (look: () => void) => () => void,
  of: readonly unknown[],
): T {
  const [, draw] = useReducer((times: number) => times + 1, 0);
  const drawn = useRef<T | undefined>(undefined);
  const newest = useRef(read);
  newest.current = read;
  drawn.current = read();
  useEffect(() => {
    const look = () => {
      if (!Object.is(drawn.current, newest.current())) draw(undefined);
    };
    const stop = subscribe(look);
    look();
    return stop;
  }, of);
  return drawn.current as T;
}

/** `subscribe` for events of the browser. */
export function events(target: EventTarget, ...names: string[]): (look: () => void) => () => void {
  return (look) => {
    for (const name of names) target.addEventListener(name, look);
    return () => {
      for (const name of names) target.removeEventListener(name, look);
    };
  };
}
