// Which choices a question offers: its list, filtered by other answers.
import type { Choice } from "./definition.ts";
import type { Surroundings } from "./expressions/evaluation.ts";
import { placeOf, surroundings, type Offered, type Row, type State } from "./flow.ts";
import type { Item, Questionnaire } from "./questionnaire.ts";

export function choicesOf(state: State, item: Item, row: Row): readonly Choice[] {
  return offeredTo(state, item, placeOf(state, item, row)).choices;
}

export function isOffered(state: State, item: Item, row: Row, name: string): boolean {
  const place = placeOf(state, item, row);
  return item.filter ? offeredTo(state, item, place).names.has(name) : (item.list?.order.has(name) ?? false);
}

/** Filtered choices are kept as long as the answers in the filter stay the same. */
function offeredTo(state: State, item: Item, row: Row): Offered {
  const dependsOn = item.filter ? answersIn(state, item, row) : "";
  const known = row.offered.get(item);
  if (known?.dependsOn === dependsOn) return known;
  const choices = filteredChoices(state, item, row);
  const offered = { dependsOn, choices, names: new Set(choices.map((choice) => choice.name)) };
  row.offered.set(item, offered);
  return offered;
}

function answersIn(state: State, item: Item, row: Row): string {
  if (!item.filter?.steady) return String(state.revision);
  const here = surroundings(state, item, row);
  return JSON.stringify(item.filter.names.map((name) => seen(here, state.questionnaire, item, name)));
}

function seen(here: Surroundings, questionnaire: Questionnaire, item: Item, name: string): unknown {
  const other = questionnaire.byName.get(name) as Item;
  if (other.kind === "repeat") return here.rows(name);
  return other.repeat && other.repeat !== item.repeat ? here.list(name) : here.value(name);
}

function filteredChoices(state: State, item: Item, row: Row): readonly Choice[] {
  const all = item.list?.choices ?? [];
  const { filter } = item;
  if (!filter) return all;
  let choice: Choice | undefined;
  const here = surroundings(state, item, row, (name) => columnOf(choice, name));
  return all.filter((candidate) => {
    choice = candidate;
    return filter.offers(here);
  });
}

function columnOf(choice: Choice | undefined, name: string): string {
  return (name === "name" ? choice?.name : choice?.columns?.[name]) ?? "";
}
