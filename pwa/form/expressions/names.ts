// What a name in an expression means, seen from where the expression stands.
import type { Node } from "../definition.ts";
import type { Type, Types } from "./static-types.ts";

interface Named {
  readonly node: Node;
  readonly repeat: string | null;
}

/** Give for every node the types of the names its expressions use. */
export function namesOf(body: readonly Node[]): (node: Node, repeat: string | null) => Types {
  const names = new Map<string, Named>();
  const place = (node: Node, repeat: string | null): void => {
    names.set(node.name, { node, repeat });
    for (const child of node.children ?? []) place(child, node.kind === "repeat" ? node.name : repeat);
  };
  for (const node of body) place(node, null);

  return (node, repeat) => ({
    own: node.value_type ?? "text",
    of: (name) => typeSeen(names.get(name), repeat, name),
  });
}

function typeSeen(named: Named | undefined, repeat: string | null, name: string): Type {
  if (!named) throw new TypeError(`unknown name ${name}`);
  if (named.node.kind === "repeat") return "rows";
  // A field of a repeat is itself within its row, a list from anywhere else.
  return named.repeat !== null && named.repeat !== repeat ? "list" : (named.node.value_type ?? "text");
}
