// When to lock by itself. Timers stop while a tablet sleeps, so every touch looks at the clock too.

export interface IdleTimer {
  /** Call on every touch and whenever the app becomes visible. */
  touch: () => void;
  stop: () => void;
}

/** Call `onIdle` once after `milliseconds` without a touch. */
export function startIdleTimer(
  milliseconds: number,
  onIdle: () => void,
  now: () => number = Date.now,
): IdleTimer {
  let last = now();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const stop = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const expire = () => {
    stop();
    onIdle();
  };
  const arm = () => {
    last = now();
    timer = setTimeout(expire, milliseconds);
  };
  const touch = () => {
    if (timer === null) return;
    // A clock set back says nothing; one that went on while the timer slept says enough.
    if (now() - last >= milliseconds) return expire();
    stop();
    arm();
  };
  arm();
  return { touch, stop };
}
