// At most one violation a question, the first that matches. Twin of schemas/validation.py.
import { hasRightForm } from "./answers.ts";
import { choicesOf, isOffered } from "./choices.ts";
import { holds, isRelevant, valueOf, type Row, type State } from "./flow.ts";
import type { ViolationCode } from "./model.ts";
import type { Item } from "./questionnaire.ts";
import { tokens } from "./values.ts";

export function isRequired(state: State, item: Item, row: Row): boolean {
  return holds(state, item.required, item, row);
}

/** What is wrong with an answer, or null. Nothing is ever wrong with what nobody typed. */
export function violationOf(state: State, item: Item, row: Row): ViolationCode | null {
  if (item.calculate || item.node.type === "note" || !isRelevant(state, item, row)) return null;
  const value = valueOf(state, item, row);
  if (value === "") return isRequired(state, item, row) ? "required" : null;
  if (!hasRightForm(item, value)) return "type";
  if (item.list && !isChoice(state, item, row, value)) return "option";
  return item.constraint && !holds(state, item.constraint, item, row) ? "constraint" : null;
}

function isChoice(state: State, item: Item, row: Row, value: string): boolean {
  if (item.node.type === "select_one") return isOffered(state, item, row, value);
  const names = tokens(value);
  if (item.node.type === "rank" && names.length !== choicesOf(state, item, row).length) return false;
  return names.every((name) => isOffered(state, item, row, name));
}
