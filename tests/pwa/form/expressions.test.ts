// Every expression of the shared vectors has the value its rules give it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compileExpression, type Surroundings } from "../../../pwa/form/expressions/evaluation.ts";
import type { Tree, Type, Types } from "../../../pwa/form/expressions/static-types.ts";
import { toText } from "../../../pwa/form/expressions/values.ts";
import { readVector, refuseUnknownKeys, vectorFiles } from "./vectors.ts";

interface ExpressionVector {
  name: string;
  expr: string;
  tree: Tree;
  types?: Record<string, Type>;
  values?: Record<string, string | string[] | number>;
  lists?: unknown;
  self?: string;
  self_type?: Type;
  columns?: Record<string, string>;
  row?: number;
  now?: string;
  random?: number;
  expect: string | boolean;
}

// prettier-ignore
const KEYS = [
  "name", "expr", "tree", "types", "values", "lists", "self", "self_type", "columns", "row", "now", "random", "expect",
];
const NOW = "2026-11-21T10:00:00.000+03:00";

function typesOf(vector: ExpressionVector): Types {
  return { own: vector.self_type ?? "text", of: (name) => vector.types?.[name] ?? assert.fail(`no type for ${name}`) };
}

function surroundingsOf(vector: ExpressionVector): Surroundings {
  const given = vector.values ?? {};
  return {
    value: (name) => (given[name] ?? "") as string,
    list: (name) => (given[name] ?? []) as string[],
    rows: (name) => (given[name] ?? 0) as number,
    own: () => vector.self ?? "",
    column: (name) => vector.columns?.[name] ?? "",
    position: () => vector.row ?? assert.fail("no row"),
    now: () => vector.now ?? NOW,
    draw: () => vector.random ?? assert.fail("no random number"),
  };
}

for (const file of vectorFiles("expressions")) {
  describe(file, () => {
    for (const vector of readVector("expressions", file) as ExpressionVector[]) {
      test(`${vector.name}: ${vector.expr}`, () => {
        refuseUnknownKeys(vector, KEYS);
        const value = compileExpression(vector.tree, typesOf(vector))(surroundingsOf(vector));
        assert.equal(typeof value === "boolean" ? value : toText(value), vector.expect);
      });
    }
  });
}
