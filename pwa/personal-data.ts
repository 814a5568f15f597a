// Personal data that slipped into a text. Twin of schemas/rules/personal_data.py: the same rules, the same
// cases in tests/vectors/personal_data.
import rules from "../schemas/reference/personal_data.json";

export type PersonalKind = "email" | "iban" | "tckn" | "phone" | "plate";

export interface Find {
  readonly kind: PersonalKind;
  readonly start: number;
  /** The first character after it. */
  readonly end: number;
}

/** What looks personal, in the order of the text, without overlaps; the earlier kind wins. */
export function personalDataIn(text: string): Find[] {
  if (!/[0-9][0-9]|@|[[(][ae]t[\])]/.test(text)) return [];
  const found: Find[] = [];
  for (const { kind, check, patterns } of RULES) {
    for (const pattern of patterns) {
      for (const find of foundBy(pattern, text, CHECKS[check]!)) {
        const isApart = found.every((other) => find.end <= other.start || other.end <= find.start);
        if (isApart) found.push({ kind, ...find });
      }
    }
  }
  return found.sort((left, right) => left.start - right.start);
}

/** The text without what looks personal; "…" stands where something was. */
export function removed(text: string, finds: readonly Find[]): string {
  return [...finds]
    .reverse()
    .reduce((left, { start, end }) => `${left.slice(0, start)}…${left.slice(end)}`, text);
}

const RULES = rules.kinds.map(({ kind, check, patterns }) => ({
  kind: kind as PersonalKind,
  check,
  patterns: patterns.map((pattern) => new RegExp(pattern, "g")),
}));

const NOT_ON_PLATES = new Set(rules.not_on_plates);

function* foundBy(pattern: RegExp, text: string, holds: (found: string) => boolean) {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const start = match.index;
    const end = start + match[0].length;
    if (standsAlone(text, start, end) && holds(match[0])) yield { start, end };
    else pattern.lastIndex = start + 1;
  }
}

/** No part of a longer number, date, amount, code or word. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return !/[\p{L}\p{N}]$|[0-9][.,:/+-]$/u.test(before) && !/^[\p{L}\p{N}]|^[.,:/+-][0-9]/u.test(after);
}

/** A letter before the sign: amounts and scores (5@4.tl) are no address. */
function isMailbox(text: string): boolean {
  return /\p{L}/u.test(text.split(/@| ?[[(]/)[0]!);
}

const digitsOf = (text: string): string => text.replace(/[^0-9]/g, "");

/** ISO 13616: country and check digits go to the end, T is 29 and R is 27, the rest mod 97 is 1. */
function isIban(text: string): boolean {
  const digits = digitsOf(text);
  return [...`${digits.slice(2)}2927${digits.slice(0, 2)}`].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}

/** The tenth digit is made of the first nine, the last of the first ten. */
function isTckn(text: string): boolean {
  const digits = [...digitsOf(text)].map(Number);
  const sum = (places: readonly number[]) => places.reduce((total, place) => total + digits[place]!, 0);
  const tenth = 7 * sum([0, 2, 4, 6, 8]) - sum([1, 3, 5, 7]);
  return digits[9] === ((tenth % 10) + 10) % 10 && digits[10] === sum([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) % 10;
}

/** Round figures are left alone: the last seven digits of a number somebody has differ. */
function isSubscriber(text: string): boolean {
  return new Set(digitsOf(text).slice(-7)).size > 1;
}

function isPlate(text: string): boolean {
  return !NOT_ON_PLATES.has(text.toUpperCase().replace(/[^A-Z]/g, ""));
}

const CHECKS: Readonly<Record<string, (found: string) => boolean>> = {
  mailbox: isMailbox,
  mod97: isIban,
  tckn: isTckn,
  subscriber: isSubscriber,
  plate: isPlate,
};
