// How long to wait before the next try.

const FIRST = 5;
const LONGEST = 300;

/**
 * Seconds to wait after `failures` tries in a row. Doubles up to five minutes; half of it is chance,
 * so that tablets that lost one network do not come back in one moment. The server's wish is a floor.
 */
export function delayAfter(
  failures: number,
  { retryAfter = null, random = Math.random }: { retryAfter?: number | null; random?: () => number } = {},
): number {
  const longest = Math.min(LONGEST, FIRST * 2 ** Math.max(0, failures - 1));
  const chosen = longest * (0.5 + random() / 2);
  return retryAfter === null ? chosen : retryAfter * (1 + random() / 4) + chosen * 0.1;
}
