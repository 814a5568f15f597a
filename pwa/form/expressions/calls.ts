// The closed list of functions: form-engine vocabulary, one entry a function.
import { dayNumber, isDay, milliseconds } from "./calendar.ts";
import { BLANK, finite, tokens, toNumber, toText, type Value } from "./values.ts";

/** 10^n written out: computed powers differ between engines in the last digit. */
const POWERS_OF_TEN = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000] as const;
const DAY_IN_MS = 86_400_000;

/** Numbers of an argument list in which a list stands for its members. */
function numbers(values: readonly Value[]): number[] {
  return values.flatMap((value) => (Array.isArray(value) ? value.map(toNumber) : [toNumber(value as string)]));
}

/** One blank member makes the whole blank: a partial sum is never shown as a total. */
function overall(values: readonly Value[], combine: (members: number[]) => number): number {
  const members = numbers(values);
  return members.some(Number.isNaN) ? BLANK : finite(combine(members));
}

function smallest(members: number[]): number {
  return members.length ? members.reduce((a, b) => (b < a ? b : a)) : BLANK;
}

function largest(members: number[]): number {
  return members.length ? members.reduce((a, b) => (b > a ? b : a)) : BLANK;
}

function rounded(value: Value, digits: Value = 0): number {
  const shift = POWERS_OF_TEN[toNumber(digits)] ?? 1;
  return finite(Math.floor(toNumber(value) * shift + 0.5) / shift);
}

/** Whole exponents by squaring, others to 12 digits: platform powers differ in the last bit (twin: arithmetic.py). */
function power(base: number, exponent: number): number {
  if (Number.isNaN(base)) return BLANK; // NaN ** 0 would be 1
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 1024) return Number((base ** exponent).toPrecision(12));
  let result = 1;
  let square = base;
  for (let left = Math.abs(exponent); left > 0; left >>= 1) {
    if (left & 1) result *= square;
    square *= square;
  }
  return exponent < 0 ? 1 / result : result;
}

function texts(values: readonly Value[]): string[] {
  return values.flatMap((value) => (Array.isArray(value) ? value : [toText(value)]) as string[]);
}

function isSelected(answer: Value, choice: Value): boolean {
  return tokens(toText(answer)).includes(toText(choice));
}

function dayOf(value: Value): string {
  const day = toText(value).slice(0, 10);
  return isDay(day) ? day : "";
}

export function daysBetween(later: Value, earlier: Value): number {
  return dayNumber(toText(later)) - dayNumber(toText(earlier));
}

type Apply = (...values: Value[]) => Value;

/** Functions whose arguments are all evaluated first and that ask nothing of the interview. */
export const FUNCTIONS: Readonly<Record<string, Apply>> = {
  selected: (answer = "", choice = "") => isSelected(answer, choice),
  "selected-at": (answer = "", place = "") => tokens(toText(answer))[Math.trunc(toNumber(place))] ?? "",
  "count-selected": (answer = "") => tokens(toText(answer)).length,
  sum: (...values) => overall(values, (members) => members.reduce((a, b) => a + b, 0)),
  min: (...values) => overall(values, smallest),
  max: (...values) => overall(values, largest),
  round: (value = "", digits = 0) => rounded(value, digits),
  int: (value = "") => finite(Math.trunc(toNumber(value))),
  abs: (value = "") => Math.abs(toNumber(value)),
  pow: (base = "", exponent = "") => finite(power(toNumber(base), toNumber(exponent))),
  number: (value = "") => toNumber(value),
  string: (value = "") => toText(value),
  concat: (...values) => texts(values).join(""),
  join: (separator = "", ...values) => texts(values).join(toText(separator)),
  contains: (text = "", part = "") => toText(text).includes(toText(part)),
  "starts-with": (text = "", part = "") => toText(text).startsWith(toText(part)),
  "string-length": (text = "") => [...toText(text)].length,
  not: (condition = false) => condition !== true,
  true: () => true,
  false: () => false,
  date: (value = "") => dayOf(value),
  "decimal-date-time": (value = "") => milliseconds(toText(value)) / DAY_IN_MS,
};
