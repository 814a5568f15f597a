// What can be taken back: the last change, letter after letter as one, rows by reopening.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { InterviewModel, RepeatModel } from "../../../pwa/form/interview.ts";
import { trailOf, type Trail } from "../../../pwa/interview/undo-steps.ts";
import { at, visit } from "../form/household.ts";

function changing(model: InterviewModel, trail: Trail) {
  return (path: string, value: string) => {
    at(model, path).set(value);
    trail.look(model.draft());
  };
}

const rowsOf = (model: InterviewModel) =>
  model.pages.flatMap((page) => page.children).find((node) => node.kind === "repeat") as RepeatModel;

test("changes are taken back one by one, the last first", () => {
  const model = visit();
  const trail = trailOf(model);
  const change = changing(model, trail);
  assert.equal(trail.last(), null);
  change("kimseli", "0");
  change("kimseli", "1");
  assert.equal(trail.undo(), null);
  trail.look(model.draft());
  assert.equal(at(model, "kimseli").value, "0");
  trail.undo();
  trail.look(model.draft());
  assert.equal(at(model, "kimseli").value, "1");
  assert.equal(trail.last(), null);
});

test("letter after letter in one field is one change", () => {
  const model = visit();
  const trail = trailOf(model);
  const change = changing(model, trail);
  for (const typed of ["A", "Ay", "Ayş", "Ayşe"]) change("muhtar", typed);
  trail.undo();
  assert.equal(at(model, "muhtar").value, "");
  assert.equal(trail.last(), null);
});

test("the clock of the interview is no change of a person's", () => {
  const model = visit();
  const trail = trailOf(model);
  at(model, "kimseli").set("0");
  trail.look(model.draft());
  assert.deepEqual([...(trail.last()?.answers?.keys() ?? [])], ["kimseli"]);
  assert.equal(trail.lastPath(), "kimseli");
});

test("a row that went is had back only by opening the interview as it was", () => {
  const model = visit();
  const trail = trailOf(model);
  const before = model.draft();
  rowsOf(model).rows[0]!.remove();
  trail.look(model.draft());
  assert.equal(trail.last()?.answers, null);
  assert.deepEqual(Object.keys(trail.undo()!.rows), Object.keys(before.rows));
});
