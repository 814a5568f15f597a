// Groups, repeats and their rows as live objects.
import { keyOf } from "./field-view.ts";
import { isRelevant, remembered, rowsOf, type Row } from "../flow.ts";
import { wordedIn } from "./labels.ts";
import { fieldsOf } from "./listing.ts";
import type { GroupModel, NodeModel, RepeatModel, RowModel } from "../model.ts";
import type { Item } from "../questionnaire.ts";
import { addRow, putRow, removeRow } from "../rows.ts";
import { change, leave, type Session } from "../session.ts";

/** The models of those items that are to be shown. */
export type Shown = (items: readonly Item[], row: Row) => NodeModel[];

export function groupView(session: Session, item: Item, row: Row, shown: Shown): GroupModel {
  const children = remembered(session.state, () => shown(item.children, row));
  return {
    kind: "group",
    key: keyOf(item, row),
    name: item.name,
    appearance: item.node.appearance ?? [],
    get label() {
      return wordedIn(session, item, row, "label");
    },
    get hint() {
      return wordedIn(session, item, row, "hint");
    },
    get children() {
      return children();
    },
  };
}

export function repeatView(session: Session, item: Item, row: Row, shown: Shown): RepeatModel {
  const known = new WeakMap<Row, RowModel>();
  const rowModel = (inside: Row): RowModel => {
    const model = known.get(inside) ?? rowView(session, item, inside, shown);
    known.set(inside, model);
    return model;
  };
  return {
    kind: "repeat",
    key: item.name,
    name: item.name,
    appearance: item.node.appearance ?? [],
    free: item.count === null,
    get label() {
      return wordedIn(session, item, row, "label");
    },
    get hint() {
      return wordedIn(session, item, row, "hint");
    },
    get rows() {
      return rowsOf(session.state, item).map(rowModel);
    },
    add: () => change(session, () => addRow(session.state, item)),
  };
}

function rowView(session: Session, repeat: Item, row: Row, shown: Shown): RowModel {
  const children = remembered(session.state, () => shown(repeat.children, row));
  return {
    key: row.key,
    repeat: repeat.name,
    get index() {
      return rowsOf(session.state, repeat).indexOf(row);
    },
    get children() {
      return children();
    },
    remove() {
      const at = rowsOf(session.state, repeat).indexOf(row);
      change(session, () => removeRow(session.state, repeat, row.key));
      return () => change(session, () => putRow(session.state, repeat, row, at));
    },
    leave() {
      const places = [...fieldsOf(session.state, repeat.children, row)];
      leave(session, places.filter(({ item }) => isRelevant(session.state, item, row)));
    },
  };
}
