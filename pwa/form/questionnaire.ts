// A form version made ready to evaluate: every expression compiled, every name resolved, once.
import type { Choice, Expression, FormDefinition, Node } from "./definition.ts";
import { compileCondition, compileExpression, type Run, type Surroundings } from "./expressions/evaluation.ts";
import { namesOf } from "./expressions/names.ts";
import type { Tree, Types } from "./expressions/static-types.ts";

export type Ask = (here: Surroundings) => boolean;

/** A question, group or repeat of one form version. */
export interface Item {
  readonly node: Node;
  readonly name: string;
  readonly kind: "field" | "group" | "repeat";
  readonly parent: Item | null;
  /** The repeat whose rows hold this item; null outside. A repeat itself stands outside. */
  readonly repeat: Item | null;
  readonly children: readonly Item[];
  readonly relevant: Ask | null;
  readonly required: Ask | boolean;
  readonly constraint: Ask | null;
  readonly soft: Ask | null;
  readonly calculate: Run | null;
  readonly count: Run | null;
  readonly initial: Run | null;
  readonly list: ChoiceList | null;
  readonly filter: Filter | null;
}

export interface ChoiceList {
  readonly choices: readonly Choice[];
  /** Position of each choice: several answers are kept in list order. */
  readonly order: ReadonlyMap<string, number>;
}

/** Which choices are offered, and the names the answer depends on. */
export interface Filter {
  readonly offers: Ask;
  readonly names: readonly string[];
  readonly steady: boolean;
}

export interface Questionnaire {
  readonly definition: FormDefinition;
  readonly body: readonly Item[];
  /** In document order. */
  readonly items: readonly Item[];
  readonly byName: ReadonlyMap<string, Item>;
  readonly repeats: readonly Item[];
}

export function prepareForm(definition: FormDefinition): Questionnaire {
  const typesSeenBy = namesOf(definition.body);
  const lists = new Map(Object.entries(definition.lists).map(([name, choices]) => [name, listOf(choices)]));
  const items: Item[] = [];
  const prepare = (node: Node, parent: Item | null): Item => {
    const item = itemOf(node, parent, typesSeenBy, lists);
    items.push(item);
    (item.children as Item[]).push(...(node.children ?? []).map((child) => prepare(child, item)));
    return item;
  };
  const body = definition.body.map((node) => prepare(node, null));
  return {
    definition,
    body,
    items,
    byName: new Map(items.map((item) => [item.name, item])),
    repeats: items.filter((item) => item.kind === "repeat"),
  };
}

function itemOf(
  node: Node,
  parent: Item | null,
  typesSeenBy: ReturnType<typeof namesOf>,
  lists: ReadonlyMap<string, ChoiceList>,
): Item {
  const kind = node.kind ?? "field";
  const repeat = parent?.kind === "repeat" ? parent : (parent?.repeat ?? null);
  const types = typesSeenBy(node, repeat?.name ?? null);
  const ask = (expression: Expression | null | undefined): Ask | null =>
    expression ? compileCondition(expression.tree, types) : null;
  const run = (expression: Expression | null | undefined): Run | null =>
    expression ? compileExpression(expression.tree, types) : null;
  return {
    node,
    name: node.name,
    kind,
    parent,
    repeat,
    children: [],
    relevant: ask(node.relevant),
    required: typeof node.required === "object" ? (ask(node.required) ?? false) : (node.required ?? false),
    constraint: ask(node.constraint),
    soft: ask(node.soft_constraint),
    calculate: run(node.calculate),
    count: run(node.repeat_count),
    initial: run(node.default_expression) ?? (node.default ? () => node.default ?? "" : null),
    list: (node.list && lists.get(node.list)) || null,
    filter: node.choice_filter ? filterOf(node.choice_filter, types) : null,
  };
}

function listOf(choices: readonly Choice[]): ChoiceList {
  return { choices, order: new Map(choices.map((choice, place) => [choice.name, place])) };
}

function filterOf(expression: Expression, types: Types): Filter {
  const parts = [...partsOf(expression.tree)];
  return {
    offers: compileCondition(expression.tree, types),
    names: namesAskedBy(expression),
    steady: !parts.some((part) => part[0] === "position" || (part[0] === "call" && isClock(part[1]))),
  };
}

/** The names an expression asks about. */
export function namesAskedBy(expression: Expression): string[] {
  return [...partsOf(expression.tree)].filter((part) => part[0] === "ref").map((part) => part[1] as string);
}

function isClock(name: unknown): boolean {
  return name === "today" || name === "now";
}

function* partsOf(tree: Tree): Generator<Tree> {
  yield tree;
  const inside = tree[0] === "call" ? (tree[2] as Tree[]) : tree;
  for (const part of inside) if (Array.isArray(part)) yield* partsOf(part);
}
