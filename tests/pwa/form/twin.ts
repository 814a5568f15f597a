// The twin as a program: a line in is a form with steps, a line out is what it became. For
// tests/pwa/test_twins_agree.py.
import { createInterface } from "node:readline";
import { choicesOf } from "../../../pwa/form/offers.ts";
import { isRelevant, rowsOf, valueOf } from "../../../pwa/form/flow.ts";
import { worded } from "../../../pwa/form/views/labels.ts";
import { confirmationsIn, pathOf, type Place } from "../../../pwa/form/views/listing.ts";
import { unpackedForm } from "../../../pwa/form/packing.ts";
import { Scenario, type Start, type Step } from "./scenarios.ts";

interface Case extends Start {
  definition: string;
  steps: (Step | ["look"])[];
}

function look(scenario: Scenario): Record<string, unknown> {
  const { state, questionnaire, model } = scenario;
  const places = questionnaire.items.flatMap((item): Place[] =>
    item.repeat ? rowsOf(state, item.repeat).map((row) => ({ item, row })) : [{ item, row: state.root }],
  );
  const seen = places.map((place) => [pathOf(state, place), seenAt(scenario, place)]);
  const violations = model.violations().map(({ path, code }) => [path, code]);
  const confirmations = confirmationsIn(state);
  return { seen: Object.fromEntries(seen), violations, confirmations, output: model.output() };
}

function seenAt({ state, questionnaire }: Scenario, { item, row }: Place): Record<string, unknown> {
  const relevant = isRelevant(state, item, row);
  if (item.kind === "group") return { relevant };
  if (item.kind === "repeat") return { relevant, rows: rowsOf(state, item).length };
  return {
    relevant,
    value: valueOf(state, item, row),
    texts: questionnaire.definition.languages.flatMap((language) =>
      [item.node.label, item.node.hint].map((text) => worded(state, language, item, row, text)),
    ),
    ...(item.list && { choices: choicesOf(state, item, row).map((choice) => choice.name) }),
  };
}

function played({ definition, steps, ...start }: Case): unknown {
  const scenario = new Scenario(unpackedForm(definition), start);
  return steps.flatMap((step) => {
    if (step[0] === "look") return [look(scenario)];
    scenario.do(step);
    return [];
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(played(JSON.parse(line) as Case))}\n`);
}
