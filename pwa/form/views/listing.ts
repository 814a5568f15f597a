// The whole interview in document order: its fields, what is wrong with them, what is sent.
import { hasValue } from "../definition.ts";
import { isRelevant, rowsOf, valueOf, type Row, type State } from "../flow.ts";
import type { Answers, ViolationCode } from "../model.ts";
import type { Item } from "../questionnaire.ts";
import { ROW_KEY } from "../row-keys.ts";
import { confirmationOf, violationOf } from "../validation.ts";

export interface Place {
  readonly item: Item;
  readonly row: Row;
}

/** Fields and notes in document order, those in rows that count included. */
export function* fieldsOf(state: State, items = state.questionnaire.body, row = state.root): Generator<Place> {
  for (const item of items) {
    if (item.kind === "field") yield { item, row };
    else if (item.kind === "group") yield* fieldsOf(state, item.children, row);
    else for (const inside of rowsOf(state, item)) yield* fieldsOf(state, item.children, inside);
  }
}

/** `field`, or `repeat[i].field`. */
export function pathOf(state: State, { item, row }: Place): string {
  if (!item.repeat) return item.name;
  return `${item.repeat.name}[${(state.rows.get(item.repeat.name) ?? []).indexOf(row)}].${item.name}`;
}

export function placeAt(state: State, path: string): Place | undefined {
  const [, repeat, index, inside] = /^(\w+)\[(\d+)\]\.(\w+)$/.exec(path) ?? [];
  const item = state.questionnaire.byName.get(inside ?? path);
  const row = repeat === undefined ? state.root : state.rows.get(repeat)?.[Number(index)];
  return item && row && (item.repeat?.name ?? undefined) === repeat ? { item, row } : undefined;
}

export interface Violated extends Place {
  readonly code: ViolationCode;
}

export function violations(state: State): Violated[] {
  return [...fieldsOf(state)].flatMap(({ item, row }) => {
    const code = violationOf(state, item, row);
    return code ? [{ item, row, code }] : [];
  });
}

/** The reasons that are sent: those for what a soft constraint doubts as it stands. */
export function confirmationsIn(state: State): Record<string, string> {
  return Object.fromEntries(
    [...fieldsOf(state)]
      .map((place) => [pathOf(state, place), confirmationOf(state, place.item, place.row)] as const)
      .filter(([, reason]) => reason !== ""),
  );
}

/** What is sent: the output, and each row's key; of an anonymous form no key (docs/adr/0041). */
export function sentAnswers(state: State): Answers {
  const isKeyed = !state.questionnaire.definition.anonymous;
  return outputOf(state, isKeyed ? ({ key }) => ({ [ROW_KEY]: key }) : undefined);
}

/** The answers: blank ones are absent, a relevant repeat is an array even when empty. */
export function outputOf(state: State, beside: (row: Row) => Record<string, string> = () => ({})): Answers {
  const output: Answers = {};
  for (const item of state.questionnaire.items) {
    if (item.repeat) continue;
    if (item.kind === "repeat" && isRelevant(state, item, state.root)) {
      output[item.name] = rowsOf(state, item).map((row) => ({ ...beside(row), ...answersIn(state, item.children, row) }));
    } else if (item.kind === "field" && hasValue(item.node)) {
      const value = valueOf(state, item, state.root);
      if (value !== "") output[item.name] = value;
    }
  }
  return output;
}

function answersIn(state: State, items: readonly Item[], row: Row): Record<string, string> {
  const answers: Record<string, string> = {};
  for (const { item } of fieldsOf(state, items, row)) {
    const value = hasValue(item.node) ? valueOf(state, item, row) : "";
    if (value !== "") answers[item.name] = value;
  }
  return answers;
}
