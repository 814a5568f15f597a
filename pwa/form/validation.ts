// At most one violation a question, the first that matches. Twin of schemas/forms/validation.py.
import { hasRightForm } from "./answers.ts";
import { choicesOf, isOffered } from "./offers.ts";
import { holds, isRelevant, rowsOf, valueOf, type Row, type State } from "./flow.ts";
import type { ViolationCode } from "./model.ts";
import type { Item } from "./questionnaire.ts";
import { tokens } from "./expressions/values.ts";

export function isRequired(state: State, item: Item, row: Row): boolean {
  return holds(state, item.required, item, row);
}

/** What is wrong with an answer, or null. Nothing is ever wrong with what nobody typed. */
function faultOf(state: State, item: Item, row: Row): ViolationCode | null {
  if (item.calculate || item.node.type === "note" || !isRelevant(state, item, row)) return null;
  const value = valueOf(state, item, row);
  if (value === "") return isRequired(state, item, row) ? "required" : null;
  if (!hasRightForm(item, value)) return "type";
  if (item.list && !isChoice(state, item, row, value)) return "option";
  if (item.constraint && !holds(state, item.constraint, item, row)) return "constraint";
  if (item.repeat && item.node.parameters?.["once"] && isElsewhere(state, item, row, value)) return "constraint";
  return item.soft && !holds(state, item.soft, item, row) ? "soft" : null;
}

/** The same, without what the officer has confirmed. */
export function violationOf(state: State, item: Item, row: Row): ViolationCode | null {
  const code = faultOf(state, item, row);
  return code === "soft" && reasonFor(item, row) !== "" ? null : code;
}

/** Why the officer stands by an answer that a soft constraint doubts; "" if that is not so. */
export function confirmationOf(state: State, item: Item, row: Row): string {
  const reason = item.soft ? reasonFor(item, row) : "";
  return reason !== "" && faultOf(state, item, row) === "soft" ? reason : "";
}

function reasonFor(item: Item, row: Row): string {
  const given = row.confirmed.get(item.name);
  return given && given.answer === row.answers.get(item.name) ? given.reason : "";
}

/** Whether another row of the repeat holds the same answer. */
function isElsewhere(state: State, item: Item, row: Row, value: string): boolean {
  return rowsOf(state, item.repeat!).some((other) => other !== row && valueOf(state, item, other) === value);
}

function isChoice(state: State, item: Item, row: Row, value: string): boolean {
  if (item.node.type === "select_one") return isOffered(state, item, row, value);
  const names = tokens(value);
  if (item.node.type === "rank" && names.length !== choicesOf(state, item, row).length) return false;
  return names.every((name) => isOffered(state, item, row, name));
}
