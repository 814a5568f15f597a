// What a name in an expression means, seen from where the expression stands.
import type { Node } from "./definition.ts";
import { typeOf, typeOfQuestion, type Type, type Types } from "./types.ts";

interface Named {
  readonly node: Node;
  readonly repeat: string | null;
}

/** Give for every node the types of the names its expressions use. */
export function namesOf(body: readonly Node[]): (node: Node, repeat: string | null) => Types {
  const names = new Map<string, Named>();
  const calculated = new Map<string, Type>();

  const place = (node: Node, repeat: string | null): void => {
    names.set(node.name, { node, repeat });
    for (const child of node.children ?? []) place(child, node.kind === "repeat" ? node.name : repeat);
  };
  for (const node of body) place(node, null);

  const seenFrom = (repeat: string | null, own: Type): Types => ({
    own,
    of: (name) => {
      const named = names.get(name);
      if (!named) throw new TypeError(`unknown name ${name}`);
      if (named.node.kind === "repeat") return "rows";
      // A field of a repeat is itself within its row, a list from anywhere else.
      return named.repeat !== null && named.repeat !== repeat ? "list" : typeOfNode(named);
    },
  });

  const typeOfNode = ({ node, repeat }: Named): Type => {
    if (node.type !== "calculate" || !node.calculate) return typeOfQuestion(node.type);
    const known = calculated.get(node.name) ?? typeOf(node.calculate.tree, seenFrom(repeat, "text"));
    calculated.set(node.name, known);
    return known;
  };

  return (node, repeat) => seenFrom(repeat, typeOfNode({ node, repeat }));
}
