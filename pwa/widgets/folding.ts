// Finding a place by what people type: "igdir", "ŞIRNAK", "k.maras", "urfa", "76".
import type { Option } from "../form/model.ts";

/** Letters without their Turkish marks, lower case, single blanks; "K.Maraş" becomes "k maras". */
export function fold(text: string): string {
  return text
    .normalize("NFC")
    .toLocaleLowerCase("tr")
    .replace(/[çğıöşüâîû]/g, (letter) => PLAIN[letter]!)
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

/** The options that fit what was typed, best first; all of them when nothing was typed. */
export function matching(options: readonly Option[], typed: string): Option[] {
  const query = fold(typed);
  if (!query) return [...options];
  const wanted = [query, ...formerNames(query)];
  return options
    .map((option, index) => ({ option, index, rank: Math.min(...wanted.map((w) => rank(option, w))) }))
    .filter((found) => found.rank < NO_MATCH)
    .sort((one, other) => one.rank - other.rank || one.index - other.index)
    .map((found) => found.option);
}

const PLAIN: Readonly<Record<string, string>> = {
  ...{ ç: "c", ğ: "g", ı: "i", ö: "o", ş: "s", ü: "u" },
  ...{ â: "a", î: "i", û: "u" },
};

/** Names people still use for a province that is called otherwise today. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  icel: "mersin",
  "k maras": "kahramanmaras",
  kmaras: "kahramanmaras",
  izmit: "kocaeli",
  adapazari: "sakarya",
  antakya: "hatay",
};

const NO_MATCH = 9;

function formerNames(query: string): string[] {
  if (query.length < 3) return [];
  return Object.keys(FORMER_NAMES)
    .filter((former) => former.startsWith(query))
    .map((former) => FORMER_NAMES[former]!);
}

/** 0 = the code, 1 = the name begins so, 2 = a later word does, 3 = it stands somewhere inside. */
function rank(option: Option, query: string): number {
  const label = fold(option.label);
  if (fold(option.name) === query) return 0;
  if (label.startsWith(query)) return 1;
  if (label.includes(` ${query}`)) return 2;
  return label.includes(query) ? 3 : NO_MATCH;
}
