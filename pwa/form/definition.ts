// Names for the parts of a compiled form; their shape is generated from schemas/forms/definition.py.
import type { Node } from "../generated/schemas.ts";

export type { Choice, ChoiceColumns, Expression, FormDefinition, Node, PackedForm } from "../generated/schemas.ts";

export type QuestionType = NonNullable<Node["type"]>;
export type Text = Record<string, string>;

/** Questions nobody answers on a screen. */
const SILENT = new Set<QuestionType>(["start", "end", "today", "deviceid", "calculate", "hidden"]);

export function isVisible(node: Node): boolean {
  return !node.type || !SILENT.has(node.type);
}

export function hasValue(node: Node): boolean {
  return (node.kind ?? "field") === "field" && node.type !== "note";
}
