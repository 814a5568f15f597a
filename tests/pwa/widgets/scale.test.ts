import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleOf } from "../../../pwa/widgets/scale.ts";

test("steps of a tenth stay steps of a tenth, however many are taken", () => {
  const scale = scaleOf({ start: "0", end: "1", step: "0.1" });
  const taken: string[] = [];
  for (let at = 0; taken.length < 10; at = Number(taken.at(-1))) taken.push(scale.stepped(at, 1));
  assert.deepEqual(taken, ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]);
});

test("from nowhere a step leads to an end of the scale", () => {
  const scale = scaleOf({ start: "-10", end: "33", step: "5" });
  assert.deepEqual([scale.stepped(Number.NaN, 1), scale.stepped(Number.NaN, -1)], ["-10", "30"]);
});

test("no step leads off the scale", () => {
  const scale = scaleOf({ start: "0", end: "100", step: "5" });
  assert.deepEqual([scale.stepped(100, 1), scale.stepped(0, -1), scale.stepped(250, -1)], ["100", "0", "100"]);
});

test("from between two steps one comes to the next step in that direction", () => {
  const scale = scaleOf({ start: "0", end: "100", step: "5" });
  assert.deepEqual([scale.stepped(43, 1), scale.stepped(43, -1)], ["45", "40"]);
});
