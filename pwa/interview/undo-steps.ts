// What was changed last in an open interview, so that it can be taken back one step at a time.
import type { Draft, FieldModel, InterviewModel } from "../form/model.ts";

export interface Step {
  /** The interview as it was before. */
  readonly before: Draft;
  /** Paths and earlier answers of what was changed; null where rows came or went. */
  readonly answers: ReadonlyMap<string, string> | null;
}

export interface UndoSteps {
  /** Compare with what was seen last, and remember a step where something changed. */
  readonly look: (now: Draft) => void;
  readonly last: () => Step | null;
  /** The path of the question that was answered last; null before any was. */
  readonly lastPath: () => string | null;
  /** Take the last step back in place; gives the draft to reopen where only that can. */
  readonly undo: () => Draft | null;
}

const MOST_STEPS = 30;

export function undoStepsOf(model: InterviewModel): UndoSteps {
  const steps: Step[] = [];
  let seen = model.draft();
  let isUndoing = false;
  let lastPath: string | null = null;
  const undo = (): Draft | null => {
    const step = steps.pop();
    if (!step) return null;
    if (!step.answers) return step.before;
    const revision = model.revision;
    isUndoing = true;
    for (const [path, value] of step.answers) model.field(path)?.set(value);
    if (model.revision === revision) isUndoing = false;
    return null;
  };
  return {
    look(now) {
      const step = stepBetween(model, seen, now);
      seen = now;
      lastPath = [...(step?.answers?.keys() ?? [])].at(-1) ?? lastPath;
      if (isUndoing) isUndoing = false;
      else if (step && !isSameTyping(model, steps.at(-1), step)) steps.push(step);
      if (steps.length > MOST_STEPS) steps.shift();
    },
    last: () => steps.at(-1) ?? null,
    lastPath: () => lastPath,
    undo,
  };
}

function stepBetween(model: InterviewModel, before: Draft, now: Draft): Step | null {
  if (isOtherRows(before, now)) return { before, answers: null };
  const answers = new Map(
    changedIn(before.answers, now.answers).filter(([name]) => isAnswered(model.field(name))),
  );
  for (const [name, rows] of Object.entries(now.rows)) {
    rows.forEach((row, index) => {
      for (const [field, value] of changedIn(before.rows[name]![index]!.answers, row.answers)) {
        answers.set(`${name}[${index}].${field}`, value);
      }
    });
  }
  return answers.size > 0 ? { before, answers } : null;
}

type Answers = Draft["answers"];

/** Names that differ, with the earlier answer. */
function changedIn(before: Answers, now: Answers): [string, string][] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => before[name] !== now[name]).map((name) => [name, before[name] ?? ""]);
}

function isOtherRows(before: Draft, now: Draft): boolean {
  const keys = ({ rows }: Draft) =>
    JSON.stringify(Object.entries(rows).map(([name, all]) => [name, all.map(({ key }) => key)]));
  return keys(before) !== keys(now);
}

/** By a person, not by the clock. */
function isAnswered(field: FieldModel | undefined): boolean {
  return field !== undefined && field.type !== "end" && !field.readOnly;
}

/** Letter after letter in one field is one change. */
function isSameTyping(model: InterviewModel, last: Step | undefined, step: Step): boolean {
  const [path, another] = step.answers?.keys() ?? [];
  const typed = path !== undefined && another === undefined && TYPED.has(model.field(path)?.type ?? "");
  return typed && last?.answers?.size === 1 && last.answers.has(path);
}

const TYPED = new Set<string>(["text", "integer", "decimal", "range"]);
