// Rows have a permanent key from the moment they are made: sent, kept, never asked.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answers, Draft, InterviewModel, RepeatModel } from "../../../pwa/form/interview.ts";
import { prepareForm, resumeInterview, startInterview } from "../../../pwa/form/interview.ts";
import { newTimedId } from "../../../pwa/store/identifiers.ts";
import { at, beginning, household, questionnaire, visit } from "./household.ts";

const KEY = "0199d2a0-0000-7000-8000-00000000000a";
const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function repeatOf(model: InterviewModel): RepeatModel {
  const shown = model.pages.flatMap((page) => page.children);
  return shown.find((node): node is RepeatModel => node.kind === "repeat") ?? assert.fail("no repeat is shown");
}

/** An interview about so many people, each with a name. */
function people(count: number, model = visit({ newKey: newTimedId })): InterviewModel {
  at(model, "kimseli").set("1");
  while (repeatOf(model).rows.length < count) repeatOf(model).add();
  repeatOf(model).rows.forEach((_, index) => at(model, `kisi[${index}].ad`).set(`Kişi ${index + 1}`));
  return model;
}

const keysOf = (answers: Answers): unknown[] => (answers.kisi as Record<string, string>[]).map((row) => row["row.key"]);

function sent(model: InterviewModel): Answers {
  const finish = model.finish({ isBrokenOff: true });
  return finish.done ? finish.interview.answers : assert.fail("not finished");
}

const again = (draft: Draft): InterviewModel =>
  resumeInterview(questionnaire, JSON.parse(JSON.stringify(draft)) as Draft, { ...beginning, newKey: newTimedId });

test("every row is sent with a UUID version 7 of its own, which is no answer", () => {
  const model = people(3);
  const { asked } = model.progress();
  const keys = keysOf(sent(model));
  assert.equal(new Set(keys).size, 3);
  for (const key of keys) assert.match(String(key), UUID_7);
  assert.equal(JSON.stringify(model.output()).includes("row.key"), false);
  assert.equal(model.field("kisi[0].row.key"), undefined);
  assert.equal(model.progress().asked, asked);
});

test("keys differ though the clock stands still or goes back", () => {
  const moments = [1_790_000_000_000, 0, -5, 1_790_000_000_000, 1_690_000_000_000];
  const keys = moments.flatMap((now) => Array.from({ length: 400 }, () => newTimedId(now)));
  assert.equal(new Set(keys).size, keys.length);
});

test("a row that was removed and put back, and rows taken up again, are the same rows", () => {
  const model = people(3);
  const [first, second, third] = model.draft().rows.kisi!.map(({ key }) => key);
  const undo = repeatOf(model).rows[1]!.remove();
  assert.deepEqual(model.draft().rows.kisi!.map(({ key }) => key), [first, third]);
  undo();
  const reopened = again(model.draft());
  assert.deepEqual(keysOf(sent(reopened)), [first, second, third]);
});

test("a correction keeps the keys of the rows that stay, also of those removed before", () => {
  const delivered = sent(people(3));
  const model = visit({ prefill: delivered, newKey: newTimedId });
  repeatOf(model).rows[0]!.remove();
  repeatOf(model).add();
  const [, second, third] = keysOf(delivered);
  const corrected = keysOf(sent(model));
  assert.deepEqual(corrected.slice(0, 2), [second, third]);
  assert.equal(new Set([...keysOf(delivered), ...corrected]).size, 4);
});

test("a draft of before there were keys gets them when it is opened, once", () => {
  const draft = people(2).draft();
  const rows = { kisi: draft.rows.kisi!.map((row, number) => ({ ...row, key: `row${number + 1}` })) };
  const model = again({ ...draft, rows, next_row: 3 });
  const keys = model.draft().rows.kisi!.map(({ key }) => key);
  for (const key of keys) assert.match(key, UUID_7);
  assert.deepEqual(keysOf(sent(again(model.draft()))), keys);
  assert.deepEqual(model.output(), people(2).output());
});

test("a key that an app of before took for an answer is the row's key again", () => {
  const draft = people(1).draft();
  const [row] = draft.rows.kisi!;
  const rows = { kisi: [{ key: "row1", answers: { ...row!.answers, "row.key": KEY } }] };
  const model = again({ ...draft, rows });
  assert.deepEqual(keysOf(sent(model)), [KEY]);
  assert.equal("row.key" in model.draft().rows.kisi![0]!.answers, false);
});

test("of an anonymous form no key leaves the tablet", () => {
  const anonymous = prepareForm({ ...household, anonymous: true });
  const model = people(2, startInterview(anonymous, { ...beginning, newKey: newTimedId }));
  const answers = sent(model);
  assert.equal((answers.kisi as unknown[]).length, 2);
  assert.equal(JSON.stringify(answers).includes("row.key"), false);
});
