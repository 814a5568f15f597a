// Wording in the active language, with the answers its author put into it.
import type { Choice, Text } from "../definition.ts";
import { surroundings, type Row, type State } from "../flow.ts";
import type { Option } from "../model.ts";
import type { Item } from "../questionnaire.ts";
import type { Session } from "../session.ts";

const PLACE = /\$\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}/g;

export function worded(state: State, language: string, item: Item, row: Row, text: Text | undefined): string {
  const words = wordsIn(state, language, text);
  if (!words.includes("${")) return words;
  const here = surroundings(state, item, row);
  const { byName } = state.questionnaire;
  return words.replace(PLACE, (_, name: string) => (byName.has(name) ? here.value(name) : ""));
}

export type Wording = "label" | "hint" | "constraint_message" | "soft_constraint_message";

/** A question's own words. */
export function wordedIn(
  session: Session,
  item: Item,
  row: Row,
  part: Wording,
): string {
  return worded(session.state, session.cover.language, item, row, item.node[part]);
}

function wordsIn(state: State, language: string, text: Text | undefined): string {
  const [first = ""] = state.questionnaire.definition.languages;
  return text?.[language] ?? text?.[first] ?? "";
}

const known = new WeakMap<readonly Choice[], Map<string, readonly Option[]>>();

/** The choices as the screen shows them; the same array for the same choices and language. */
export function optionsFor(
  state: State,
  language: string,
  item: Item,
  row: Row,
  choices: readonly Choice[],
): readonly Option[] {
  const inLanguages = known.get(choices) ?? new Map<string, readonly Option[]>();
  const before = inLanguages.get(language);
  if (before) return before;
  const options = choices.map(({ name, label, columns = {} }) => ({
    name,
    label: worded(state, language, item, row, label),
    columns,
  }));
  // A label that holds an answer changes with it.
  if (!choices.some(({ label }) => wordsIn(state, language, label).includes("${"))) {
    known.set(choices, inLanguages.set(language, options));
  }
  return options;
}
