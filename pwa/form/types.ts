// Static types. Only the compiler refuses; here they decide what `<`, `-` and `=` mean.
import type { QuestionType } from "./definition.ts";

export type Type =
  | "text" | "number" | "date" | "dateTime" | "time"
  | "choice" | "choices" | "boolean" | "list" | "rows" | "file";

/** Where each name of a tree gets its type from. `own` is that of the question itself. */
export interface Types {
  of(name: string): Type;
  readonly own: Type;
}

// prettier-ignore
const OF_QUESTION: Partial<Record<QuestionType, Type>> = {
  integer: "number", decimal: "number", range: "number",
  date: "date", today: "date", time: "time", dateTime: "dateTime", start: "dateTime", end: "dateTime",
  select_one: "choice", select_multiple: "choices", rank: "choices",
  image: "file", signature: "file", file: "file",
};

// prettier-ignore
const OF_FUNCTION: Record<string, Type> = {
  selected: "boolean", contains: "boolean", "starts-with": "boolean", regex: "boolean",
  not: "boolean", true: "boolean", false: "boolean",
  "count-selected": "number", count: "number", sum: "number", min: "number", max: "number",
  round: "number", int: "number", abs: "number", pow: "number", number: "number",
  "string-length": "number", "decimal-date-time": "number",
  today: "date", date: "date", now: "dateTime",
};

export function typeOfQuestion(type: QuestionType | null | undefined): Type {
  return (type && OF_QUESTION[type]) ?? "text";
}

export type Tree = readonly unknown[];

export function typeOf(tree: Tree, types: Types): Type {
  switch (tree[0]) {
    case "lit":
      return typeof tree[1] === "number" ? "number" : "text";
    case "ref":
      return types.of(tree[1] as string);
    case "self":
      return types.own;
    case "col":
      return "text";
    case "call":
      return typeOfCall(tree[1] as string, tree[2] as Tree[], types);
    case "bin":
      return ["+", "-", "*", "div", "mod"].includes(tree[1] as string) ? "number" : "boolean";
    default:
      return "number"; // neg, position
  }
}

function typeOfCall(name: string, args: readonly Tree[], types: Types): Type {
  if (name === "if" || name === "coalesce") return typeOfEither(args.slice(-2), types);
  return OF_FUNCTION[name] ?? "text";
}

/** A literal '' goes with any type; choice, choices and text together are text. */
function typeOfEither(branches: readonly Tree[], types: Types): Type {
  const found = branches.filter((tree) => !isBlankLiteral(tree)).map((tree) => typeOf(tree, types));
  const [first = "text", second = first] = found;
  return first === second ? first : "text";
}

function isBlankLiteral(tree: Tree): boolean {
  return tree[0] === "lit" && tree[1] === "";
}
