// What can be taken back: the last change, letter after letter as one, rows by reopening.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { InterviewModel, RepeatModel } from "../../../pwa/form/interview.ts";
import { undoStepsOf, type UndoSteps } from "../../../pwa/interview/undo-steps.ts";
import { at, visit } from "../form/household.ts";

function changing(model: InterviewModel, undoSteps: UndoSteps) {
  return (path: string, value: string) => {
    at(model, path).set(value);
    undoSteps.look(model.draft());
  };
}

const rowsOf = (model: InterviewModel) =>
  model.pages.flatMap((page) => page.children).find((node) => node.kind === "repeat") as RepeatModel;

test("changes are taken back one by one, the last first", () => {
  const model = visit();
  const undoSteps = undoStepsOf(model);
  const change = changing(model, undoSteps);
  assert.equal(undoSteps.last(), null);
  change("kimseli", "0");
  change("kimseli", "1");
  assert.equal(undoSteps.undo(), null);
  undoSteps.look(model.draft());
  assert.equal(at(model, "kimseli").value, "0");
  undoSteps.undo();
  undoSteps.look(model.draft());
  assert.equal(at(model, "kimseli").value, "1");
  assert.equal(undoSteps.last(), null);
});

test("letter after letter in one field is one change", () => {
  const model = visit();
  const undoSteps = undoStepsOf(model);
  const change = changing(model, undoSteps);
  for (const typed of ["A", "Ay", "Ayş", "Ayşe"]) change("muhtar", typed);
  undoSteps.undo();
  assert.equal(at(model, "muhtar").value, "");
  assert.equal(undoSteps.last(), null);
});

test("the clock of the interview is no change of a person's", () => {
  const model = visit();
  const undoSteps = undoStepsOf(model);
  at(model, "kimseli").set("0");
  undoSteps.look(model.draft());
  assert.deepEqual([...(undoSteps.last()?.answers?.keys() ?? [])], ["kimseli"]);
  assert.equal(undoSteps.lastPath(), "kimseli");
});

test("a row that went is had back only by opening the interview as it was", () => {
  const model = visit();
  const undoSteps = undoStepsOf(model);
  const before = model.draft();
  rowsOf(model).rows[0]!.remove();
  undoSteps.look(model.draft());
  assert.equal(undoSteps.last()?.answers, null);
  assert.deepEqual(Object.keys(undoSteps.undo()!.rows), Object.keys(before.rows));
});
