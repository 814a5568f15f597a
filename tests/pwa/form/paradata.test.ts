// What is noted of an interview while it is held.
import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Paradata } from "../../../pwa/generated/schemas.ts";
import { recordParadata, type Recording } from "../../../pwa/form/paradata.ts";

type Answers = Record<string, string>;

/** A recorder with a clock that is set by hand, in seconds after the start. */
function started(more: Partial<Recording> = {}) {
  const time = { now: 0 };
  const recorder = recordParadata({
    before: null,
    startedAt: 0,
    draft: { answers: {}, rows: {} },
    clock: () => time.now * 1000,
    isTyped: (path) => path === "note",
    ...more,
  });
  const look = (answers: Answers, rows: Record<string, { key: string; answers: Answers }[]> = {}) =>
    recorder.look({ answers, rows });
  return { time, recorder, look };
}

test("a question is seen, answered, changed, and its page's time counts", () => {
  const { time, recorder, look } = started();
  time.now = 5;
  recorder.show(["sex"]);
  time.now = 9;
  look({ sex: "1" });
  time.now = 12;
  look({ sex: "2" });
  time.now = 20;
  recorder.hide();
  time.now = 99;
  assert.deepEqual(recorder.noted().questions, { sex: [5, 9, 12, 1, 15] });
});

test("a question that nobody answered says so", () => {
  const { recorder } = started();
  recorder.show(["sex"]);
  assert.deepEqual(recorder.noted().questions, { sex: [0, -1, -1, 0, 0] });
});

test("letters typed one after another are one answer, and one change after coming back", () => {
  const { time, recorder, look } = started();
  recorder.show(["note"]);
  for (const note of ["a", "ab", "abc"]) look({ note });
  time.now = 30;
  recorder.hide();
  recorder.show(["note"]);
  for (const note of ["abcd", "abcde"]) look({ note });
  assert.deepEqual(recorder.noted().questions["note"], [0, 0, 30, 1, 30]);
});

test("what the form fills in itself is nobody's answer", () => {
  const { recorder, look } = started();
  recorder.show(["sex"]);
  look({ sex: "1", end: "2026-11-21T10:00:00.000+03:00" });
  assert.deepEqual(Object.keys(recorder.noted().questions), ["sex"]);
});

test("an answer taken away is a change", () => {
  const { recorder, look } = started();
  recorder.show(["sex"]);
  look({ sex: "1" });
  look({});
  assert.equal(recorder.noted().questions["sex"]![3], 1);
});

test("questions of a repeat have the server's paths", () => {
  const { recorder, look } = started();
  recorder.show(["topics[0].name", "topics[1].name"]);
  look({}, { topics: [{ key: "7", answers: {} }, { key: "9", answers: { name: "x" } }] });
  assert.equal(recorder.noted().questions["topics[1].name"]![1], 0);
  assert.equal(recorder.noted().questions["topics[0].name"]![1], -1);
});

test("after a break it goes on, and what was there before is not answered anew", () => {
  const before: Paradata = { questions: { sex: [5, 9, 9, 0, 15] }, circumstances: [] };
  const draft = { answers: { sex: "1" }, rows: {} };
  const { time, recorder, look } = started({ before, draft });
  time.now = 100;
  recorder.show(["sex"]);
  look({ sex: "1" });
  time.now = 110;
  look({ sex: "2" });
  assert.deepEqual(recorder.noted().questions, { sex: [5, 9, 110, 1, 25] });
});

test("language and network are noted when they change, not otherwise", () => {
  const { time, recorder } = started();
  recorder.note({ language: "tr", offline: true });
  time.now = 60;
  recorder.note({ language: "tr", offline: true });
  recorder.note({ language: "en", offline: true });
  assert.deepEqual(recorder.noted().circumstances, [
    { at: 0, language: "tr", offline: true },
    { at: 60, language: "en", offline: true },
  ]);
});

test("a clock set back makes nothing negative", () => {
  const { time, recorder, look } = started();
  time.now = 50;
  recorder.show(["sex"]);
  time.now = -500;
  look({ sex: "1" });
  recorder.hide();
  for (const number of recorder.noted().questions["sex"]!) assert.ok(number >= 0);
});
