// Relevance, values and rows of one interview: computed when asked for, remembered until the next
// change. Twin of schemas/forms/flow.py; the shared cases are in tests/vectors/forms.
import type { Choice } from "./definition.ts";
import type { Surroundings } from "./expressions/evaluation.ts";
import type { Ask, Item, Questionnaire } from "./questionnaire.ts";
import { toNumber, toText } from "./expressions/values.ts";

const MOST_ROWS = 1000;

/** The answers of one row of a repeat; the form itself is the root row. */
export interface Row {
  /** Permanent, also on paper at the centre (row-keys.ts); "" of the form itself. */
  readonly key: string;
  readonly answers: Map<string, string>;
  /** Reasons for answers that a soft constraint doubts. */
  readonly confirmed: Map<string, Confirmation>;
  readonly memo: Map<Item, Memo>;
  readonly offered: Map<Item, Offered>;
  memoRevision: number;
}

/** A reason belongs to one answer: it lapses with another, and is back with the first. */
export interface Confirmation {
  readonly answer: string;
  readonly reason: string;
}

interface Memo {
  relevant?: boolean;
  value?: string;
  rows?: readonly Row[];
}

/** The choices of a question and the answers they were filtered by. */
export interface Offered {
  readonly dependsOn: string;
  readonly choices: readonly Choice[];
  readonly names: ReadonlySet<string>;
}

export interface State {
  readonly questionnaire: Questionnaire;
  readonly root: Row;
  readonly rows: Map<string, Row[]>;
  /** What now() and today() say: moved by whoever holds the clock, at a change. */
  now: string;
  /** Where random() comes from: a number from 0 to below 1. */
  readonly draw: () => number;
  /** Where the keys of new rows come from. */
  readonly newKey: () => string;
  /** Every key a row of this interview has or had since it was opened. */
  readonly keys: Set<string>;
  revision: number;
}

export function newRow(key: string, answers: Iterable<readonly [string, string]> = []): Row {
  return {
    key,
    answers: new Map(answers),
    confirmed: new Map(),
    memo: new Map(),
    offered: new Map(),
    memoRevision: -1,
  };
}

/** Forget everything computed. */
export function changed(state: State): void {
  state.revision += 1;
}

/** What was computed once stays until the next change; the same array tells a screen that. */
export function remembered<T>(state: State, compute: () => T): () => T {
  let known: { readonly revision: number; readonly value: T } | null = null;
  return () => {
    if (known?.revision !== state.revision) known = { revision: state.revision, value: compute() };
    return known.value;
  };
}

function memoOf(state: State, item: Item, row: Row): Memo {
  if (row.memoRevision !== state.revision) {
    row.memo.clear();
    row.memoRevision = state.revision;
  }
  const known = row.memo.get(item);
  if (known) return known;
  const memo: Memo = {};
  row.memo.set(item, memo);
  return memo;
}

/** The row an item stands in, seen from a row of the form. */
export function placeOf(state: State, item: Item, row: Row): Row {
  return item.repeat ? row : state.root;
}

export function isRelevant(state: State, item: Item, row: Row): boolean {
  const place = placeOf(state, item, row);
  const memo = memoOf(state, item, place);
  memo.relevant ??=
    (!item.parent || isRelevant(state, item.parent, place)) && holds(state, item.relevant ?? true, item, place);
  return memo.relevant;
}

/** Ask a condition of an item where it stands. */
export function holds(state: State, condition: Ask | boolean, item: Item, row: Row): boolean {
  return typeof condition === "boolean" ? condition : condition(surroundings(state, item, row));
}

/** What expressions, checks and output see: blank where irrelevant, whatever the draft keeps. */
export function valueOf(state: State, item: Item, row: Row): string {
  const place = placeOf(state, item, row);
  const memo = memoOf(state, item, place);
  memo.value ??= isRelevant(state, item, place) ? ownValue(state, item, place) : "";
  return memo.value;
}

function ownValue(state: State, item: Item, row: Row): string {
  if (item.calculate) return toText(item.calculate(surroundings(state, item, row)));
  return row.answers.get(item.name) ?? "";
}

/** The rows that count: none of an irrelevant repeat, no more than another answer asks for. */
export function rowsOf(state: State, repeat: Item): readonly Row[] {
  const memo = memoOf(state, repeat, state.root);
  memo.rows ??= isRelevant(state, repeat, state.root) ? countedRows(state, repeat) : [];
  return memo.rows;
}

function countedRows(state: State, repeat: Item): readonly Row[] {
  const most = repeat.count ? rowCount(state, repeat) : MOST_ROWS;
  return (state.rows.get(repeat.name) ?? []).slice(0, most);
}

/** How many rows `repeat_count` asks for: blank or negative is 0, fractions are cut off. */
export function rowCount(state: State, repeat: Item): number {
  const count = repeat.count ? toNumber(repeat.count(surroundings(state, repeat, state.root))) : 0;
  return Math.min(Math.max(Math.trunc(count) || 0, 0), MOST_ROWS);
}

const noColumn = (): string => "";

export function surroundings(
  state: State,
  item: Item,
  row: Row,
  column: (name: string) => string = noColumn,
): Surroundings {
  const named = (name: string): Item => state.questionnaire.byName.get(name) as Item;
  return {
    value: (name) => valueOf(state, named(name), row),
    list: (name) => listOf(state, named(name)),
    rows: (name) => rowsOf(state, named(name)).length,
    own: () => valueOf(state, item, row),
    column,
    position: () => positionOf(state, item, row),
    now: () => state.now,
    draw: () => state.draw(),
  };
}

function listOf(state: State, item: Item): readonly string[] {
  return item.repeat ? rowsOf(state, item.repeat).map((row) => valueOf(state, item, row)) : [];
}

export function positionOf(state: State, item: Item, row: Row): number {
  return item.repeat ? (state.rows.get(item.repeat.name) ?? []).indexOf(row) + 1 : 0;
}

/** The text an initial value comes to. */
export function initialValue(state: State, item: Item, row: Row): string {
  return item.initial ? toText(item.initial(surroundings(state, item, row))) : "";
}
