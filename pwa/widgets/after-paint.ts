// Work that can wait until the screen has answered the finger.
import { useEffect, useState } from "preact/hooks";

/** No frame comes while the screen is off or the tab is hidden; then this is soon enough. */
const NO_FRAME_MS = 120;

/** Run `work` once, after the next frame is painted; gives the way to run it at once instead. */
export function afterPaint(work: () => void): () => void {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    work();
  };
  const timer = setTimeout(once, NO_FRAME_MS);
  requestAnimationFrame(() => setTimeout(once));
  return once;
}

let due: (() => void)[] = [];
let runDue: (() => void) | null = null;

/** Run `work` when the browser itself has shown what was tapped, and before anything else is done. */
export function afterAnswer(work: () => void): void {
  due.push(work);
  runDue ??= afterPaint(() => {
    const all = due;
    due = [];
    runDue = null;
    for (const task of all) task();
  });
}

/** Run at once what waits for the screen. */
export function answerNow(): void {
  runDue?.();
}

/** Whatever is done next, by finger, key or the device's back key, finds the last tap answered. */
export function answerInTurn(): void {
  for (const doing of ["pointerdown", "keydown", "popstate"]) addEventListener(doing, answerNow, true);
}

interface First {
  readonly few: number;
  readonly allAtOnce: boolean;
}

/** The first `few` of a list, the rest a frame later: a new screen shall not keep one waiting. */
export function useRestLater<T>(all: readonly T[], { few, allAtOnce }: First): readonly T[] {
  const [isWhole, setWhole] = useState(allAtOnce || all.length <= few);
  useEffect(() => {
    if (!isWhole) afterPaint(() => setWhole(true));
  }, []);
  return isWhole ? all : all.slice(0, few);
}
