// One question or note as a live object.
import { choicesOf } from "../offers.ts";
import { isRelevant, valueOf, type Row } from "../flow.ts";
import { optionsFor, wordedIn, type Wording } from "./labels.ts";
import { pathOf, type Violated } from "./listing.ts";
import type { FieldModel, Option, Violation, ViolationCode } from "../model.ts";
import type { Item } from "../questionnaire.ts";
import { answer, confirm, isLeft, leave, type Session } from "../session.ts";
import { confirmationOf, isRequired, violationOf } from "../validation.ts";

export function fieldView(session: Session, item: Item, row: Row): FieldModel {
  const { state } = session;
  const { node } = item;
  return {
    kind: "field",
    key: keyOf(item, row),
    name: item.name,
    type: node.type ?? "text",
    appearance: node.appearance ?? [],
    parameters: node.parameters ?? {},
    readOnly: Boolean(node.read_only) || item.calculate !== null,
    get path() {
      return pathOf(state, { item, row });
    },
    get label() {
      return wordedIn(session, item, row, "label");
    },
    get hint() {
      return wordedIn(session, item, row, "hint");
    },
    get relevant() {
      return isRelevant(state, item, row);
    },
    get required() {
      return isRequired(state, item, row);
    },
    get value() {
      return valueOf(state, item, row);
    },
    get options() {
      return optionsIn(session, item, row);
    },
    get violation() {
      const code = violationOf(state, item, row);
      return code ? said(session, { item, row, code }) : null;
    },
    get complaint() {
      return isLeft(session, item, row) ? this.violation : null;
    },
    get confirmation() {
      return confirmationOf(state, item, row);
    },
    set: (value) => answer(session, item, row, value),
    leave: () => leave(session, [{ item, row }]),
    confirm: (reason) => confirm(session, item, row, reason),
  };
}

export function keyOf(item: Item, row: Row): string {
  return item.repeat ? `${row.key}.${item.name}` : item.name;
}

function optionsIn(session: Session, item: Item, row: Row): readonly Option[] {
  if (!item.list) return [];
  const { state, cover } = session;
  return optionsFor(state, cover.language, item, row, choicesOf(state, item, row));
}

const SAID_BY_AUTHOR: Partial<Record<ViolationCode, Wording>> = {
  constraint: "constraint_message",
  soft: "soft_constraint_message",
};

/** A violation with its author's words. */
export function said(session: Session, { item, row, code }: Violated): Violation {
  const part = SAID_BY_AUTHOR[code];
  const message = part ? wordedIn(session, item, row, part) : "";
  return { path: pathOf(session.state, { item, row }), code, message };
}
