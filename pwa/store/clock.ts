// What time it is at the centre. The tablet's clock may be wrong by hours, or by years after an empty
// battery: what the centre said at the last contact puts it right, also at the next start without network.
import { clock_tolerance_minutes } from "../../schemas/reference/clock.json";
import type { Store } from "./database.ts";
import { changeFact, readFact } from "./facts.ts";
import type { Heard } from "./schema.ts";

/** Less than this is no wrong clock. The server flags by the same measure (server/sync/plausibility.py). */
const TOLERANCE = clock_tolerance_minutes * 60_000;
/** An answer that took longer, over a tablet that slept, tells no time. */
const LONGEST_ANSWER = 90_000;
/** A change that is worth writing down. */
const WORTH = 1000;

/** When the question was put and answered by the tablet's clock, and what the centre said in between. */
export interface Told {
  readonly asked: number;
  readonly answered: number;
  readonly said: number;
}

export interface ClockError {
  /** How far the tablet's clock is ahead of the centre's, in ms; negative where it is behind. */
  readonly ahead: number;
  /** It stands before what the centre has already said: it is behind by this at least. */
  readonly isAtLeast: boolean;
}

const listeners = new Set<() => void>();
let heard: Heard | null = null;

/** The time at the centre, as far as it is known; the tablet's own where the two are close. */
export function centreTime(): Date {
  return new Date(Date.now() - (clockError()?.ahead ?? 0));
}

/** Whether `centreTime` has the centre's word, rather than only the tablet's clock. */
export function isTimeKnown(): boolean {
  return heard !== null && !isBehindItself(heard);
}

/** What is wrong with the tablet's clock; null where nothing is, or nothing is known. */
export function clockError(): ClockError | null {
  if (heard === null) return null;
  const isAtLeast = isBehindItself(heard);
  const ahead = isAtLeast ? Date.now() - heard.said : heard.ahead;
  return Math.abs(ahead) > TOLERANCE ? { ahead, isAtLeast } : null;
}

/** Compare the clocks, and keep what comes of it for the next start. */
export async function hearTime(store: Store, { asked, answered, said }: Told): Promise<void> {
  const took = answered - asked;
  if (!Number.isFinite(said) || took < 0 || took > LONGEST_ANSWER) return;
  const before = heard;
  const ahead = (asked + answered) / 2 - said;
  heard = { ahead, said };
  if (before && Math.abs(before.ahead - ahead) < WORTH && said - before.said < TOLERANCE) return;
  for (const listener of listeners) listener();
  await changeFact(store, "clock", () => ({ ahead, said }));
}

/** Call back when something else is known of the tablet's clock; gives the way to stop. */
export function onClockChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** At the start: what was last known. */
export async function recallTime(store: Store): Promise<void> {
  heard = (await readFact(store, "clock")) ?? null;
}

/** Time does not go back: a clock that says less than the centre has said was set back. */
function isBehindItself({ ahead, said }: Heard): boolean {
  return Date.now() - ahead < said - TOLERANCE;
}
