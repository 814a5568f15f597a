// Tree -> function. Twin of schemas/expressions/evaluation.py; the shared cases are in tests/vectors/expressions.
import { dayNumber } from "./calendar.ts";
import { daysBetween, FUNCTIONS } from "./calls.ts";
import { fullMatch } from "./patterns.ts";
import { isBlankLiteral, typeOf, type Tree, type Types } from "./static-types.ts";
import { BLANK, equal, finite, toNumber, toText, type Value } from "./values.ts";

/** What an expression may ask while it is evaluated. */
export interface Surroundings {
  value(name: string): string;
  list(name: string): readonly string[];
  rows(name: string): number;
  own(): string;
  column(name: string): string;
  position(): number;
  now(): string;
  /** A number from 0 to below 1. */
  draw(): number;
}

export type Run = (here: Surroundings) => Value;

export function compileExpression(tree: Tree, types: Types): Run {
  const kind = tree[0] as string;
  if (kind === "lit") return constant(tree[1] as Value);
  if (kind === "ref") return reference(tree[1] as string, types);
  if (kind === "self") return typed(types.own, (here) => here.own());
  if (kind === "col") return (here) => here.column(tree[1] as string);
  if (kind === "position") return (here) => here.position();
  if (kind === "neg") return negated(compileExpression(tree[1] as Tree, types));
  if (kind === "call") return call(tree[1] as string, tree[2] as Tree[], types);
  return binary(tree[1] as string, tree[2] as Tree, tree[3] as Tree, types);
}

/** A condition: only true is true, blank is false. */
export function compileCondition(tree: Tree, types: Types): (here: Surroundings) => boolean {
  const run = compileExpression(tree, types);
  return (here) => run(here) === true;
}

function constant(value: Value): Run {
  return () => value;
}

function typed(type: string, read: (here: Surroundings) => string): Run {
  return type === "number" ? (here) => toNumber(read(here)) : read;
}

function reference(name: string, types: Types): Run {
  const type = types.of(name);
  if (type === "list") return (here) => here.list(name);
  if (type === "rows") return (here) => here.rows(name);
  return typed(type, (here) => here.value(name));
}

function negated(run: Run): Run {
  return (here) => -toNumber(run(here));
}

type Operate = (left: Value, right: Value) => Value;

const numeric = (operate: (left: number, right: number) => number): Operate =>
  (left, right) => finite(operate(toNumber(left), toNumber(right)));

const compared = (operate: (left: number, right: number) => boolean): Operate =>
  (left, right) => operate(toNumber(left), toNumber(right));

const OPERATORS: Readonly<Record<string, Operate>> = {
  "=": equal,
  "!=": (left, right) => !equal(left, right),
  "<": compared((left, right) => left < right),
  "<=": compared((left, right) => left <= right),
  ">": compared((left, right) => left > right),
  ">=": compared((left, right) => left >= right),
  "+": numeric((left, right) => left + right),
  "-": numeric((left, right) => left - right),
  "*": numeric((left, right) => left * right),
  div: numeric((left, right) => left / right),
  mod: numeric((left, right) => left % right),
};

/** `= ''` asks what is stored: an answer that is no number is wrong, not blank. */
function side(tree: Tree, other: Tree, types: Types): Run {
  return compileExpression(tree, isBlankLiteral(other) && STORED.has(tree[0]) ? AS_STORED : types);
}

const STORED = new Set<unknown>(["ref", "self", "col"]);
const AS_STORED: Types = { own: "text", of: () => "text" };

function binary(operator: string, leftTree: Tree, rightTree: Tree, types: Types): Run {
  const left = side(leftTree, rightTree, types);
  const right = side(rightTree, leftTree, types);
  if (operator === "and") return (here) => left(here) === true && right(here) === true;
  if (operator === "or") return (here) => left(here) === true || right(here) === true;
  const dates = typeOf(leftTree, types) === "date" && typeOf(rightTree, types) === "date";
  const operate = (dates && ON_DATES[operator]) || (OPERATORS[operator] as Operate);
  return (here) => operate(left(here), right(here));
}

const onDays = (operator: string): Operate => (left, right) =>
  (OPERATORS[operator] as Operate)(dayNumber(toText(left)), dayNumber(toText(right)));

const ON_DATES: Readonly<Record<string, Operate>> = {
  "<": onDays("<"),
  "<=": onDays("<="),
  ">": onDays(">"),
  ">=": onDays(">="),
  "-": daysBetween,
};

function call(name: string, argTrees: readonly Tree[], types: Types): Run {
  if (name === "regex") return matching(argTrees, types);
  const args = argTrees.map((tree) => compileExpression(tree, types));
  const special = SPECIAL[name];
  if (special) return special(args);
  const apply = FUNCTIONS[name];
  if (!apply) throw new TypeError(`unknown function ${name}`);
  return (here) => apply(...args.map((arg) => arg(here)));
}

const DRAWS = 1_000_000_000;

/** Functions that ask the interview, or that do not evaluate every argument. */
const SPECIAL: Readonly<Record<string, (args: readonly Run[]) => Run>> = {
  today: () => (here) => here.now().slice(0, 10),
  now: () => (here) => here.now(),
  // Nine decimals, the most a decimal answer has; cut, because rounding could give 1.
  random: () => (here) => Math.floor(here.draw() * DRAWS) / DRAWS,
  count: ([rows]) => rows as Run,
  if: ([condition, yes, no]) => (here) => ((condition as Run)(here) === true ? (yes as Run)(here) : (no as Run)(here)),
  coalesce: ([first, second]) => (here) => {
    const value = (first as Run)(here);
    return equal(value, BLANK) ? (second as Run)(here) : value;
  },
};

/** The pattern is a literal: it is compiled once, with the form. */
function matching([text, pattern]: readonly Tree[], types: Types): Run {
  const run = compileExpression(text as Tree, types);
  const matches = fullMatch((pattern as Tree)[1] as string);
  return (here) => matches(toText(run(here)));
}
