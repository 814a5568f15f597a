// A packed form version is read as the shared vectors say.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormDefinition, Node } from "../../../pwa/form/definition.ts";
import { unpackedForm } from "../../../pwa/form/packing.ts";
import { readVector, refuseUnknownKeys, vectorFiles } from "./vectors.ts";

interface PackingVector {
  name: string;
  form: FormDefinition;
  packed: unknown;
}

/** As the tablet needs it: every choice with columns, no question with a service. */
function asUsed(form: FormDefinition): FormDefinition {
  const lists = Object.entries(form.lists).map(([name, choices]) => [
    name,
    choices.map((choice) => ({ ...choice, columns: choice.columns ?? {} })),
  ]);
  const node = ({ service: _service, children, ...rest }: Node): Node =>
    children ? { ...rest, children: children.map(node) } : rest;
  return { ...form, lists: Object.fromEntries(lists), body: form.body.map(node) };
}

for (const file of vectorFiles("packing")) {
  for (const vector of readVector("packing", file) as PackingVector[]) {
    test(`${file}: ${vector.name}`, () => {
      refuseUnknownKeys(vector, ["name", "form", "packed"]);
      assert.deepEqual(asUsed(unpackedForm(JSON.stringify(vector.packed))), asUsed(vector.form));
      assert.deepEqual(unpackedForm(JSON.stringify(vector.form)), vector.form);
    });
  }
}
