// Every scenario of the shared vectors goes as its rules say.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormDefinition } from "../../../pwa/form/definition.ts";
import { rowsOf } from "../../../pwa/form/flow.ts";
import { ROW_KEY } from "../../../pwa/form/row-keys.ts";
import { confirmationsIn, sentAnswers } from "../../../pwa/form/views/listing.ts";
import type { Answers } from "../../../pwa/form/interview.ts";
import { NEW_KEY, Scenario, type Step } from "./scenarios.ts";
import { readVector, refuseUnknownKeys, vectorFiles } from "./vectors.ts";

interface Expected {
  relevant?: Record<string, boolean>;
  values?: Record<string, string>;
  choices?: Record<string, string[]>;
  rows?: Record<string, number>;
  violations?: Record<string, string>;
  labels?: Record<string, string>;
  messages?: Record<string, string>;
  hints?: Record<string, string>;
  soft_messages?: Record<string, string>;
  choice_labels?: Record<string, string[]>;
  confirmations?: Record<string, string>;
}

interface FormVector {
  name: string;
  form: string;
  now: string;
  language?: string;
  prefilled?: Answers;
  random?: number[];
  steps: (Step | ["expect", Expected])[];
  output: Answers;
  keys?: Record<string, (string | null)[]>;
  violations?: unknown;
  submissions?: unknown;
}

const KEYS = [
  ...["name", "form", "now", "language", "prefilled", "random", "steps"],
  ...["output", "keys", "violations", "submissions"],
];
const TEXTS = {
  labels: "label",
  hints: "hint",
  messages: "constraint_message",
  soft_messages: "soft_constraint_message",
} as const;
const EXPECTED_KEYS = [
  ...["relevant", "values", "choices", "choice_labels", "rows", "violations", "confirmations"],
  ...Object.keys(TEXTS),
];

function expectedAs<T>(expected: Record<string, T>, ask: (path: string) => T): Record<string, T> {
  return Object.fromEntries(Object.keys(expected).map((path) => [path, ask(path)]));
}

function compare(scenario: Scenario, expected: Expected): void {
  refuseUnknownKeys(expected, EXPECTED_KEYS);
  const { relevant, values, choices, choice_labels, rows, violations, confirmations } = expected;
  const found: Expected = {
    ...(relevant && { relevant: expectedAs(relevant, (path) => scenario.isRelevant(path)) }),
    ...(values && { values: expectedAs(values, (path) => scenario.model.field(path)?.value ?? "") }),
    ...(choices && { choices: expectedAs(choices, (path) => scenario.choices(path)) }),
    ...(choice_labels && { choice_labels: expectedAs(choice_labels, (path) => scenario.choiceLabels(path)) }),
    ...(rows && { rows: expectedAs(rows, (name) => rowsOf(scenario.state, scenario.item(name)).length) }),
    ...(violations && {
      violations: Object.fromEntries(scenario.model.violations().map(({ path, code }) => [path, code])),
    }),
    ...(confirmations && { confirmations: confirmationsIn(scenario.state) }),
    ...textsIn(scenario, expected),
  };
  assert.deepEqual(found, expected);
}

function textsIn(scenario: Scenario, expected: Expected): Expected {
  return Object.fromEntries(
    Object.entries(TEXTS).flatMap(([key, part]) => {
      const texts = expected[key as keyof typeof TEXTS];
      return texts ? [[key, expectedAs(texts, (path) => scenario.words(path, part))]] : [];
    }),
  );
}

/** The keys of the rows as they are sent; null where the scenario made one. */
function keysIn({ state }: Scenario): Record<string, (string | null)[]> {
  const repeats = Object.entries(sentAnswers(state)).filter(([, answer]) => typeof answer !== "string");
  return Object.fromEntries(
    repeats.map(([name, rows]) => [
      name,
      (rows as Record<string, string>[]).map(({ [ROW_KEY]: key }) => (key?.startsWith(NEW_KEY) ? null : (key ?? ""))),
    ]),
  );
}

for (const file of vectorFiles("forms")) {
  const vector = readVector("forms", file) as FormVector;
  test(`${file}: ${vector.name}`, () => {
    refuseUnknownKeys(vector, KEYS);
    const definition = readVector("definitions", `${vector.form}.json`) as FormDefinition;
    const scenario = new Scenario(definition, vector);
    vector.steps.forEach((step, at) => {
      try {
        if (step[0] === "expect") compare(scenario, step[1]);
        else scenario.do(step);
      } catch (error) {
        if (error instanceof Error) error.message = `step ${at + 1} ${JSON.stringify(step)}: ${error.message}`;
        throw error;
      }
    });
    assert.deepEqual(scenario.model.output(), vector.output);
    if (vector.keys) assert.deepEqual(keysIn(scenario), vector.keys);
  });
}
