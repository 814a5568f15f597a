// A form version from the text it is stored and sent as. Twin of schemas/forms/packing.py.
import type { Choice, ChoiceColumns, FormDefinition, Node, PackedForm } from "./definition.ts";

/** Read the text of a form version, packed or from before there was a format. */
export function unpackedForm(text: string): FormDefinition {
  const form = JSON.parse(text) as FormDefinition | PackedForm;
  if (!("format" in form)) return form;
  const { format: _format, lists, body, ...about } = form;
  const named = Object.entries(lists).map(([name, columns]) => [name, choicesOf(columns, form.languages)]);
  return { ...about, lists: Object.fromEntries(named), body: body.map(unpackedNode) };
}

type Column = string | readonly string[];

function choicesOf({ name, label, columns }: ChoiceColumns, languages: readonly string[]): Choice[] {
  const [first = ""] = languages;
  const words = cut(label[first] ?? "");
  const labels = languages.map((language) => [language, label[language] ? cut(label[language]) : words] as const);
  const extra = Object.entries(columns).map(([name, column]) => [name, cut(column, words.length)] as const);
  return cut(name, words.length).map((choice, at) => ({
    name: choice,
    label: textsAt(at, labels),
    columns: textsAt(at, extra),
  }));
}

/** A text is cut at every bar; one without any, if it is not of labels, into pieces of equal length. */
function cut(column: Column, count?: number): readonly string[] {
  if (typeof column !== "string") return column;
  if (count === undefined || column.includes("|")) return column.split("|");
  const width = column.length / count;
  return Array.from({ length: count }, (_, at) => column.slice(at * width, (at + 1) * width));
}

function textsAt(at: number, columns: readonly (readonly [string, readonly string[]])[]): Record<string, string> {
  return Object.fromEntries(columns.flatMap(([name, texts]) => (texts[at] ? [[name, texts[at]]] : [])));
}

const EXPRESSIONS = [
  ...["relevant", "required", "constraint", "soft_constraint", "calculate", "choice_filter"],
  ...["repeat_count", "default_expression"],
];

/** The engine asks for trees; which service a question is about is the server's business. */
function unpackedNode(packed: Record<string, unknown>): Node {
  const node = { ...packed };
  for (const key of EXPRESSIONS) if (Array.isArray(node[key])) node[key] = { tree: node[key] };
  if (packed["children"]) node["children"] = (packed["children"] as Record<string, unknown>[]).map(unpackedNode);
  return node as unknown as Node;
}
