// A definition on stdin, then many taps on it: what the form engine needs for each, in ms.
import { readFileSync } from "node:fs";
import type { FormDefinition } from "../pwa/form/definition.ts";
import { prepareForm, startInterview, type FieldModel, type InterviewModel } from "../pwa/form/interview.ts";

const ROUNDS = 5;

/** What a screen asks after a tap: one page in full, how far one is, what is missing. */
function readScreen(model: InterviewModel, page: number): void {
  for (const field of model.pages[page % model.pages.length]?.fields() ?? []) {
    [field.label, field.hint, field.value, field.required, field.complaint, field.options];
  }
  model.progress();
  model.violations();
  JSON.stringify(model.draft());
}

/** Another answer, then the first again, so that what depends on it stays asked. */
function answersTo(field: FieldModel, round: number): string[] {
  const names = field.options.map((option) => option.name);
  if (names.length > 0) return [names[1 + (round % (names.length - 1))] ?? "", names[0] ?? ""];
  return field.type === "integer" ? [String(round)] : [`cevap ${round}`];
}

function timedTap(model: InterviewModel, page: number, field: FieldModel, answer: string): number {
  const before = process.cpuUsage();
  field.set(answer);
  field.leave();
  readScreen(model, page);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function timedTaps(model: InterviewModel): number[] {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let page = 0; page < model.pages.length; page += 1) {
      for (const field of model.pages[page]?.fields() ?? []) {
        for (const answer of answersTo(field, round)) times.push(timedTap(model, page, field, answer));
      }
    }
  }
  return times.sort((a, b) => a - b);
}

const definition = JSON.parse(readFileSync(0, "utf8")) as FormDefinition;
const model = startInterview(prepareForm(definition), {
  language: "tr",
  clock: () => new Date(),
  draw: Math.random,
  newKey: () => crypto.randomUUID(),
  deviceId: "bench",
  instanceId: "00000000-0000-7000-8000-000000000000",
  visit: null,
});
const times = timedTaps(model);
const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? 0;
console.log(JSON.stringify({ taps: times.length, median: at(0.5), p99: at(0.99) }));
