// Questions, groups, repeats and pages as live objects that keep their identity.
import { isVisible } from "../definition.ts";
import { fieldView } from "./field-view.ts";
import { isRelevant, remembered, type Row } from "../flow.ts";
import { groupView, repeatView, type Shown } from "./group-view.ts";
import { wordedIn } from "./labels.ts";
import { fieldsOf } from "./listing.ts";
import type { FieldModel, NodeModel, Outlook, PageModel } from "../model.ts";
import { mayCome } from "./outlook.ts";
import type { Item } from "../questionnaire.ts";
import { leave, type Session } from "../session.ts";

export interface Views {
  field(item: Item, row: Row): FieldModel;
  pages(): PageModel[];
  standAt(page: PageModel): Outlook;
}

export function viewsOf(session: Session): Views {
  const kept = new WeakMap<Row, Map<Item, NodeModel>>();
  const { state } = session;

  const node = (item: Item, row: Row): NodeModel => {
    const inRow = kept.get(row) ?? new Map<Item, NodeModel>();
    kept.set(row, inRow);
    const model = inRow.get(item) ?? MAKE[item.kind](session, item, row, shown);
    inRow.set(item, model);
    return model;
  };

  const shown: Shown = (items, row) =>
    items
      .filter((item) => isVisible(item.node) && isRelevant(state, item, row))
      .map((item) => node(item, row))
      .filter(hasSomething);

  const isShown = (item: Item): boolean =>
    isVisible(item.node) && isRelevant(state, item, state.root) && hasSomething(node(item, state.root));

  let farthest = -1;
  const screens = screensOf(state.questionnaire.body).map((items, place) => ({
    items,
    inside: insideOf(items),
    page: pageView(session, items, { shown, isReached: () => place <= farthest }),
  }));
  // The first question that is shown decides: the pages one does not stand on are not worked out.
  const pages = remembered(state, () =>
    screens.filter(({ inside }) => inside.some(isShown)).map(({ page }) => page),
  );
  return {
    field: (item, row) => node(item, row) as FieldModel,
    pages,
    standAt(page) {
      const here = screens.findIndex((screen) => screen.page === page);
      farthest = Math.max(farthest, here);
      const may = mayCome(state, screens.map(({ items }) => items), farthest);
      const applying = new Set(pages());
      const counted = screens.filter((screen) => applying.has(screen.page) || may(screen.items));
      const number = counted.findIndex((screen) => screen.page === page) + 1;
      return { number, total: counted.length, isCertain: counted.length === applying.size };
    },
  };
}

const MAKE = { field: fieldView, group: groupView, repeat: repeatView };

function hasSomething(model: NodeModel): boolean {
  if (model.kind === "group") return model.children.length > 0;
  return model.kind === "field" || model.free || model.rows.length > 0;
}

/** A top-level group is a screen; top-level questions that stand together are one. */
function screensOf(body: readonly Item[]): Item[][] {
  const screens: Item[][] = [];
  let open: Item[] | null = null;
  for (const item of body.filter((candidate) => isVisible(candidate.node))) {
    if (item.kind === "field" && open) open.push(item);
    else screens.push((open = [item]));
    if (item.kind !== "field") open = null;
  }
  return screens;
}

/** What stands on a screen: what is in its group, or the questions themselves. */
function insideOf(items: readonly Item[]): readonly Item[] {
  const [first] = items;
  return first?.kind === "group" ? first.children : items;
}

interface Showing {
  readonly shown: Shown;
  readonly isReached: () => boolean;
}

function pageView(session: Session, items: readonly Item[], { shown, isReached }: Showing): PageModel {
  const first = items[0] as Item;
  const inside = insideOf(items);
  const { root } = session.state;
  const children = remembered(session.state, () => shown(inside, root));
  return {
    key: first.name,
    appearance: first.kind === "group" ? (first.node.appearance ?? []) : [],
    get label() {
      return first.kind === "field" ? "" : wordedIn(session, first, root, "label");
    },
    get children() {
      return children();
    },
    get isReached() {
      return isReached();
    },
    fields() {
      return fieldsIn(this.children);
    },
    leave() {
      const places = [...fieldsOf(session.state, inside, root)];
      leave(session, places.filter(({ item, row }) => isRelevant(session.state, item, row)));
    },
  };
}

function fieldsIn(models: readonly NodeModel[]): FieldModel[] {
  return models.flatMap((model) => {
    if (model.kind === "field") return [model];
    return fieldsIn(model.kind === "group" ? model.children : model.rows.flatMap((row) => row.children));
  });
}
