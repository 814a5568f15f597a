// How far an interview is, in sections. Counted are the sections that apply and those that still may:
// whose condition waits for an answer not given yet. So the total is an upper bound that falls, or stays,
// while one goes on; it grows again only when an earlier answer is changed. What stands on the farthest
// section one has come to counts as not answered, or choosing a second thing there would make it grow.
import { isVisible, type Expression } from "../definition.ts";
import { isRelevant, valueOf, type State } from "../flow.ts";
import { namesAskedBy, type Item } from "../questionnaire.ts";
import { isRequired } from "../validation.ts";

/** Whether a screen that is not shown now may still come. `farthest` is the place of one in `screens`. */
export function mayCome(state: State, screens: readonly (readonly Item[])[], farthest: number) {
  const { byName } = state.questionnaire;
  const places = new Map(screens.flatMap((items, place) => items.map((item) => [item, place] as const)));
  const known = new Map<Item, boolean>();

  const isAhead = (item: Item): boolean => (places.get(topOf(item)) ?? 0) >= farthest;
  const waits = (expression: Expression | boolean | null | undefined): boolean =>
    typeof expression === "object" &&
    expression !== null &&
    namesAskedBy(expression).some((name) => isOpen(byName.get(name) as Item));

  /** Whether an answer, or whether there is one at all, is still to be decided. */
  const isOpen = (item: Item): boolean => {
    const before = known.get(item);
    if (before !== undefined) return before;
    const found = isRelevant(state, item, state.root) ? isOwnOpen(item) : isUndecided(item);
    known.set(item, found);
    return found;
  };
  const isOwnOpen = (item: Item): boolean => {
    if (item.kind === "repeat" || item.repeat) return isAhead(item);
    if (item.calculate) return waits(item.node.calculate);
    if (!isVisible(item.node) || item.node.read_only || item.node.type === "note") return false;
    if (isAhead(item)) return true;
    return valueOf(state, item, state.root) === "" && isRequired(state, item, state.root);
  };
  /** Not relevant, and the last word on that is not said. */
  const isUndecided = (item: Item): boolean =>
    waits(item.node.relevant) || (item.parent !== null && !isRelevant(state, item.parent, state.root) && isUndecided(item.parent));

  const may = (item: Item): boolean => {
    if (!isVisible(item.node)) return false;
    if (!isRelevant(state, item, state.root)) return isUndecided(item);
    if (item.kind === "group") return item.children.some(may);
    return item.kind === "field" || item.count === null || waits(item.node.repeat_count);
  };
  return (screen: readonly Item[]): boolean => screen.some(may);
}

function topOf(item: Item): Item {
  return item.parent ? topOf(item.parent) : item;
}
