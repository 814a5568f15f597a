// What the screens see of an answer that a soft constraint doubts.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormDefinition } from "../../../pwa/form/definition.ts";
import { prepareForm, resumeInterview, startInterview, type InterviewModel } from "../../../pwa/form/interview.ts";
import { at, beginning } from "./household.ts";
import { readVector } from "./vectors.ts";

const form = prepareForm(readVector("definitions", "olagan.json") as FormDefinition);

function aged(years: string): InterviewModel {
  const model = startInterview(form, beginning);
  at(model, "yas").set(years);
  return model;
}

test("it is violated in the author's words, politely", () => {
  const model = aged("104");
  const field = at(model, "yas");
  assert.deepEqual(field.violation, { path: "yas", code: "soft", message: "104 yaşında mı?" });
  assert.equal(field.complaint, null);
  field.leave();
  assert.equal(at(model, "yas").complaint?.code, "soft");
});

test("nothing is finished before it is confirmed with a reason", () => {
  const model = aged("104");
  const refused = model.finish();
  assert.ok(!refused.done);
  assert.deepEqual(refused.violations.map(({ path, code }) => [path, code]), [["yas", "soft"]]);
  at(model, "yas").confirm("  kimliği görüldü ");
  assert.equal(at(model, "yas").violation, null);
  assert.equal(at(model, "yas").confirmation, "kimliği görüldü");
  const done = model.finish();
  assert.ok(done.done);
  assert.deepEqual(done.interview.confirmations, { yas: "kimliği görüldü" });
});

test("a blank reason confirms nothing and takes back what was said", () => {
  const model = aged("104");
  const field = at(model, "yas");
  field.confirm(" ");
  assert.equal(field.violation?.code, "soft");
  field.confirm("doğru");
  field.confirm("");
  assert.equal(field.violation?.code, "soft");
  assert.equal(field.confirmation, "");
});

test("another answer is doubted anew; undoing it brings the confirmation back", () => {
  const model = aged("104");
  const field = at(model, "yas");
  field.confirm("doğru");
  field.set("105");
  assert.equal(field.violation?.code, "soft");
  field.set("104");
  assert.equal(field.violation, null);
  field.set("44");
  assert.equal(field.confirmation, "");
});

test("the draft keeps the reasons, those of rows under the rows' keys", () => {
  const model = aged("104");
  at(model, "yas").confirm("doğru");
  at(model, "kisi[0].cocuk").set("12");
  at(model, "kisi[0].cocuk").confirm("saydık");
  const draft = JSON.parse(JSON.stringify(model.draft()));
  const again = resumeInterview(form, draft, beginning);
  assert.deepEqual(again.violations(), []);
  assert.equal(at(again, "kisi[0].cocuk").confirmation, "saydık");
  assert.deepEqual(again.draft().rows, model.draft().rows);
});

test("a draft of before there were reasons opens", () => {
  const { confirmed: _confirmed, ...draft } = aged("40").draft();
  assert.deepEqual(resumeInterview(form, draft, beginning).violations(), []);
});

test("a finished interview is confirmed no more", () => {
  const model = aged("104");
  assert.ok(model.finish({ isBrokenOff: true }).done);
  at(model, "yas").confirm("sonradan");
  assert.equal(at(model, "yas").confirmation, "");
});
