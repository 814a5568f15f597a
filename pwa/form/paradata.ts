// Notes how an interview is held: when each question was seen, answered and changed, and for how long.
import type { Paradata } from "../generated/schemas.ts";
import type { Draft } from "./model.ts";

const NEVER = -1;

type AnswersOf = Pick<Draft, "answers" | "rows">;

/** What is known of one question; times in milliseconds after the start. */
interface Trace {
  seen: number;
  answered: number;
  changed: number;
  edits: number;
  shown: number;
}

export interface ParadataRecorder {
  /** These questions are on the screen now, and no others. */
  readonly show: (paths: readonly string[]) => void;
  /** Nothing is on the screen: the interview was left, or the tablet put away. */
  readonly hide: () => void;
  /** Look at the answers as they are now; what differs from the last look was changed. */
  readonly look: (draft: AnswersOf) => void;
  /** The language and the network, whenever one of them changes. */
  readonly note: (circumstance: { language: string; offline: boolean }) => void;
  /** All that was noted so far. */
  readonly noted: () => Paradata;
}

export interface Recording {
  /** What was noted before a break. */
  readonly before: Paradata | null;
  readonly startedAt: number;
  readonly draft: AnswersOf;
  readonly clock: () => number;
  /** Whether answers to a question are typed: letter after letter is one change. */
  readonly isTyped: (path: string) => boolean;
}

/** A recorder that goes on from what was noted before a break. */
export function recordParadata({ before, startedAt, draft, clock, isTyped }: Recording): ParadataRecorder {
  const traces = new Map(Object.entries(before?.questions ?? {}).map(([path, trace]) => [path, read(trace)]));
  const circumstances = [...(before?.circumstances ?? [])];
  let last = flat(draft);
  let typing: string | null = null;
  let visible: readonly string[] = [];
  let since = 0;

  // A clock set back must not make anything negative.
  const now = () => Math.max(0, clock() - startedAt);
  const traceOf = (path: string) => {
    const known = traces.get(path);
    if (known) return known;
    const fresh: Trace = { seen: now(), answered: NEVER, changed: NEVER, edits: 0, shown: 0 };
    traces.set(path, fresh);
    return fresh;
  };
  const countScreenTime = () => {
    const spent = Math.max(0, now() - since);
    for (const path of visible) traceOf(path).shown += spent;
    since = now();
  };
  return {
    show: (paths) => {
      countScreenTime();
      if (paths.join() === visible.join()) return;
      typing = null;
      visible = [...paths];
      for (const path of paths) traceOf(path);
    },
    hide: () => {
      countScreenTime();
      visible = [];
    },
    look: (current) => {
      const latest = flat(current);
      for (const path of changedIn(last, latest)) {
        const trace = traces.get(path);
        // What nobody saw, nobody answered: it was filled in by the form.
        if (!trace) continue;
        if (trace.answered === NEVER) trace.answered = now();
        else if (typing !== path) trace.edits += 1;
        trace.changed = now();
        typing = isTyped(path) ? path : null;
      }
      last = latest;
    },
    note: ({ language, offline }) => {
      const present = circumstances.at(-1);
      if (present?.language === language && present.offline === offline) return;
      circumstances.push({ at: seconds(now()), language, offline });
    },
    noted: () => {
      countScreenTime();
      return {
        questions: Object.fromEntries([...traces].map(([path, trace]) => [path, written(trace)])),
        circumstances: [...circumstances],
      };
    },
  };
}

function read([seen, answered, changed, edits, shown]: readonly number[]): Trace {
  return {
    seen: milliseconds(seen),
    answered: milliseconds(answered),
    changed: milliseconds(changed),
    edits: edits ?? 0,
    shown: milliseconds(shown),
  };
}

function written({ seen, answered, changed, edits, shown }: Trace): number[] {
  return [seconds(seen), seconds(answered), seconds(changed), edits, seconds(shown)];
}

function seconds(time: number): number {
  return time === NEVER ? NEVER : Math.round(time / 1000);
}

function milliseconds(time = NEVER): number {
  return time === NEVER ? NEVER : time * 1000;
}

/** Paths as the server spells them: `field`, `repeat[0].field`. */
function flat({ answers, rows }: AnswersOf): Map<string, string> {
  const found = new Map(Object.entries(answers));
  for (const [repeat, all] of Object.entries(rows)) {
    all.forEach((row, number) => {
      for (const [name, value] of Object.entries(row.answers)) found.set(`${repeat}[${number}].${name}`, value);
    });
  }
  return found;
}

function changedIn(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => (before.get(path) ?? "") !== (after.get(path) ?? ""));
}
