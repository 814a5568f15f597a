import assert from "node:assert/strict";
import { test } from "node:test";
import { personalDataIn, removed } from "../../pwa/personal-data.ts";
import cases from "../vectors/personal_data/found.json";
import ordinary from "../vectors/personal_data/ordinary.json";

for (const { text, finds } of cases) {
  test(`finds what is personal in: ${text}`, () => {
    const found = personalDataIn(text);
    assert.deepEqual(found.map(({ kind, start, end }) => [kind, text.slice(start, end)]), finds);
  });

  test(`leaves nothing of it: ${text}`, () => {
    const left = removed(text, personalDataIn(text));
    for (const [, personal] of finds) assert.ok(!left.includes(personal!));
    assert.deepEqual(personalDataIn(left), []);
  });
}

for (const text of ordinary) {
  test(`leaves alone: ${text}`, () => assert.deepEqual(personalDataIn(text), []));
}
