// Static types. Only the compiler refuses; here they decide what `<`, `-` and `=` mean. The type of a
// question comes with the definition.

export type Type =
  | "text" | "number" | "date" | "dateTime" | "time"
  | "choice" | "choices" | "boolean" | "list" | "rows" | "file";

/** Where each name of a tree gets its type from. `own` is that of the question itself. */
export interface Types {
  of(name: string): Type;
  readonly own: Type;
}

// prettier-ignore
const OF_FUNCTION: Record<string, Type> = {
  selected: "boolean", contains: "boolean", "starts-with": "boolean", regex: "boolean",
  not: "boolean", true: "boolean", false: "boolean",
  "count-selected": "number", count: "number", sum: "number", min: "number", max: "number",
  round: "number", int: "number", abs: "number", pow: "number", number: "number",
  "string-length": "number", "decimal-date-time": "number", random: "number",
  today: "date", date: "date", now: "dateTime",
};

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

export function isBlankLiteral(tree: Tree): boolean {
  return tree[0] === "lit" && tree[1] === "";
}
