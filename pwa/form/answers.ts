// How an answer is stored, and whether its form is right. Twin of schemas/expressions/values.py.
import { isDay, isMoment, isTime } from "./expressions/calendar.ts";
import type { QuestionType } from "./definition.ts";
import type { Item } from "./questionnaire.ts";
import { tokens, trimmed } from "./expressions/values.ts";

const INTEGER = /^-?[0-9]{1,9}$/;
const DECIMAL = /^-?[0-9]{1,15}(?:\.[0-9]{1,9})?$/;
const FILE_NAME = /^[0-9a-f]{64}\.[a-z0-9]{1,8}$/;

const isClean = (text: string): boolean => text === cleaned(text);
const isInteger = (text: string): boolean => INTEGER.test(text);
const isDecimal = (text: string): boolean => DECIMAL.test(text);
const isFileName = (text: string): boolean => FILE_NAME.test(text);

const FORM: Partial<Record<QuestionType, (text: string, item: Item) => boolean>> = {
  text: isClean,
  hidden: isClean,
  barcode: isClean,
  deviceid: isClean,
  integer: isInteger,
  decimal: isDecimal,
  range: isOnScale,
  date: isDay,
  today: isDay,
  time: isTime,
  dateTime: isMoment,
  start: isMoment,
  end: isMoment,
  geopoint: isPlace,
  image: isFileName,
  signature: isFileName,
  file: isFileName,
  select_one: (text) => !text.includes(" "),
  select_multiple: isInListOrder,
  rank: hasNoRepeats,
};

/** Whether an answer that is not blank is written as its type wants. */
export function hasRightForm(item: Item, answer: string): boolean {
  const test = item.node.type && FORM[item.node.type];
  return test ? test(answer, item) : true;
}

/** NFC, without blanks at the ends: what leaving a text field does. */
export function cleaned(text: string): string {
  return trimmed(text).normalize("NFC");
}

/** A decimal that is `start` or whole steps above it, up to `end`. Steps such as 0.1 are not exact in binary. */
function isOnScale(text: string, item: Item): boolean {
  const { start, end, step } = item.node.parameters ?? {};
  const [number, low, high] = [Number(text), Number(start), Number(end)];
  const steps = (number - low) / Number(step);
  const isWhole = Math.abs(steps - Math.floor(steps + 0.5)) < 1e-6;
  return isDecimal(text) && number >= low && number <= high && isWhole;
}

function isPlace(text: string): boolean {
  const parts = text.split(" ");
  const [latitude, longitude] = parts.map(Number) as [number, number];
  return parts.length === 4 && parts.every(isDecimal) && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

function hasNoRepeats(text: string): boolean {
  const names = text.split(" ");
  return !names.includes("") && new Set(names).size === names.length;
}

function isInListOrder(text: string, item: Item): boolean {
  const known = tokens(text).filter((name) => item.list?.order.has(name));
  return hasNoRepeats(text) && known.every((name, i) => i === 0 || placeIn(item, known[i - 1] as string) < placeIn(item, name));
}

function placeIn(item: Item, name: string): number {
  return item.list?.order.get(name) ?? Number.POSITIVE_INFINITY;
}

/** What is stored for what was typed or tapped; text keeps its blanks until the field is left. */
export function stored(item: Item, typed: string): string {
  switch (item.node.type) {
    case "integer":
      return trimmed(typed);
    case "decimal":
    case "range":
      return trimmed(typed).replace(",", ".");
    case "select_multiple":
      return inListOrder(item, typed);
    default:
      return typed;
  }
}

function inListOrder(item: Item, typed: string): string {
  const names = [...new Set(typed.split(" ").filter((name) => name !== ""))];
  return names.sort((a, b) => compare(placeIn(item, a), placeIn(item, b))).join(" ");
}

/** Infinity minus Infinity is no number, and sort wants one. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

const TYPED = new Set<QuestionType | null | undefined>(["text", "hidden", "barcode"]);

/** What is stored once the field is left. */
export function settled(item: Item, answer: string): string {
  return TYPED.has(item.node.type) ? cleaned(answer) : answer;
}
