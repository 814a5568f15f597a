// Rows of repeats: added with their defaults, removed by key, filled up to the count asked for.
import { settled, stored } from "./answers.ts";
import { changed, initialValue, isRelevant, newRow, rowCount, type Row, type State } from "./flow.ts";
import type { Item } from "./questionnaire.ts";
import { isRowKey, ROW_KEY } from "./row-keys.ts";

export function addRow(state: State, repeat: Item): Row {
  const row = keyedRow(state, {});
  storedRows(state, repeat).push(row);
  fillDefaults(state, repeat, row);
  return row;
}

/** A row with the key it was kept or sent with; with a new one where that is none, or another row's. */
export function keyedRow(state: State, answers: Readonly<Record<string, string>>, kept?: string): Row {
  const { [ROW_KEY]: sent, ...own } = answers;
  const key = [kept, sent].find((known) => isRowKey(known) && !state.keys.has(known)) ?? state.newKey();
  state.keys.add(key);
  return newRow(key, Object.entries(own));
}

export function removeRow(state: State, repeat: Item, key: string): void {
  const rows = storedRows(state, repeat);
  const at = rows.findIndex((row) => row.key === key);
  if (at >= 0) rows.splice(at, 1);
  changed(state);
}

/** Put a row back that was taken out, with all its answers. */
export function putRow(state: State, repeat: Item, row: Row, at: number): void {
  const rows = storedRows(state, repeat);
  if (!rows.includes(row)) rows.splice(at, 0, row);
  changed(state);
}

export function storedRows(state: State, repeat: Item): Row[] {
  const rows = state.rows.get(repeat.name) ?? [];
  state.rows.set(repeat.name, rows);
  return rows;
}

/** Give unanswered questions of a new row, or of a new form, their default; later never again. */
export function fillDefaults(state: State, repeat: Item | null, row: Row): void {
  changed(state);
  for (const item of state.questionnaire.items) {
    if (item.repeat !== repeat || !item.initial || row.answers.has(item.name)) continue;
    row.answers.set(item.name, settled(item, stored(item, initialValue(state, item, row))));
    changed(state);
  }
}

/** Add rows until every repeat has as many as asked for; new rows may ask for more elsewhere. */
export function settle(state: State): void {
  while (state.questionnaire.repeats.some((repeat) => isShort(state, repeat))) {
    for (const repeat of state.questionnaire.repeats) {
      while (isShort(state, repeat)) addRow(state, repeat);
    }
  }
}

function isShort(state: State, repeat: Item): boolean {
  return (
    repeat.count !== null &&
    isRelevant(state, repeat, state.root) &&
    storedRows(state, repeat).length < rowCount(state, repeat)
  );
}
