// Answers are strings, blank is "". What counts as a number, and how a number is written.
// Twin of schemas/expressions/evaluation.py: change both, with a vector in tests/vectors.

const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
const BLANKS_AROUND = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;

export type Value = string | number | boolean | readonly string[];

/** Blank as a number: it makes every arithmetic result blank and every comparison false. */
export const BLANK = Number.NaN;

export function finite(result: number): number {
  return Number.isFinite(result) ? result : BLANK;
}

/** Without ASCII blanks at the ends; trim() would take more, and not what Python takes. */
export function trimmed(text: string): string {
  return text.replace(BLANKS_AROUND, "");
}

export function textToNumber(text: string): number {
  const bare = trimmed(text);
  return NUMBER.test(bare) ? finite(Number(bare)) : BLANK;
}

export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "string" ? textToNumber(value) : BLANK;
}

/** The shortest digits that read back as the same number, never with an exponent. */
export function numberToText(value: number): string {
  if (!Number.isFinite(value)) return "";
  const [digits = "", exponent] = String(value).split("e");
  return exponent === undefined ? digits : withoutExponent(digits, Number(exponent));
}

function withoutExponent(digits: string, exponent: number): string {
  const sign = digits.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = digits.replace("-", "").split(".");
  const point = whole.length + exponent;
  const all = whole + fraction;
  return point > 0 ? sign + all.padEnd(point, "0") : `${sign}0.${"0".repeat(-point)}${all}`;
}

export function toText(value: Value): string {
  if (typeof value === "number") return numberToText(value);
  return typeof value === "string" ? value : "";
}

export function tokens(text: string): string[] {
  return text.split(" ").filter((token) => token !== "");
}

function isBlank(value: Value): boolean {
  return value === "" || Number.isNaN(value);
}

/** `=`: two blanks are equal, a blank and an answer are not, a number on one side counts. */
export function equal(left: Value, right: Value): boolean {
  if (isBlank(left) || isBlank(right)) return isBlank(left) && isBlank(right);
  if (typeof left === "number" || typeof right === "number") return toNumber(left) === toNumber(right);
  return left === right;
}
