// "Section 3 of 8": a total that never grows while one only goes on.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { FormDefinition } from "../../../pwa/form/definition.ts";
import { prepareForm, startInterview, type FieldModel, type InterviewModel } from "../../../pwa/form/interview.ts";

function begun(form: string): InterviewModel {
  const path = `tests/vectors/definitions/${form}.json`;
  const definition = JSON.parse(readFileSync(path, "utf8")) as FormDefinition;
  return startInterview(prepareForm(definition), {
    ...{ instanceId: "i", visit: null, language: "tr", deviceId: "d" },
    ...{ clock: () => new Date("2026-11-30T10:00:00+03:00"), draw: () => 0.5, newKey: () => crypto.randomUUID() },
  });
}

type Says = Readonly<Record<string, string>>;

/** Some answer that keeps to the rules of the form as far as this test needs it. */
function answerTo(field: FieldModel, says: Says): string {
  if (says[field.name] !== undefined) return says[field.name]!;
  if (field.options.length > 0) return field.options[0]!.name;
  return { integer: "3", decimal: "3", range: "50", date: "2026-11-29", time: "10:00" }[field.type as string] ?? "söz";
}

/** Walk through all sections; what is said of each before and after it is answered. */
function walk(model: InterviewModel, says: Says): string[] {
  const said: string[] = [];
  for (let key: string | null = model.pages[0]!.key; key !== null; ) {
    const page = model.pages.find((each) => each.key === key)!;
    const outlook = () => {
      const { number, total, isCertain } = model.standAt(page);
      return `${number}/${isCertain ? "" : "≤"}${total}`;
    };
    const before = outlook();
    for (let times = 0; times < 3; times += 1) {
      for (const field of page.fields()) {
        if (field.type === "note" || field.readOnly || field.value !== "") continue;
        field.set(answerTo(field, says));
        assert.equal(outlook(), before, `while ${field.name} was answered`);
      }
    }
    said.push(before);
    key = model.pages[model.pages.indexOf(page) + 1]?.key ?? null;
  }
  return said;
}

const totalOf = (said: string): number => Number(said.split(/\/≤?/)[1]);

const WALKS: [string, Says, string[]][] = [
  ["A_vatandas_gorusme", { katilim: "0" }, ["1/≤14", "2/≤14", "3/3"]],
  ["A_vatandas_gorusme", { katilim: "1", on8: "1", kullanilan: "emn", il: "06", ilce: "1231" }, []],
  ["B1_birim_ziyaret", { arac_var: "0", konu_var: "1", iyi_var: "0" }, []],
  ["D_toplanti_tutanagi", { gundem: "trafik servis", tur: "diger", talep_var: "0" }, []],
];

for (const [form, says, expected] of WALKS) {
  test(`${form} ${JSON.stringify(says)}: the total falls or stays from section to section, and ends as it is`, () => {
    const model = begun(form);
    const said = walk(model, says);
    const totals = said.map(totalOf);
    assert.deepEqual(totals, [...totals].sort((one, other) => other - one));
    assert.equal(said.at(-1), `${model.pages.length}/${model.pages.length}`);
    assert.deepEqual(said.map((each) => Number(each.split("/")[0])), said.map((_, at) => at + 1));
    if (expected.length > 0) assert.deepEqual(said, expected);
  });
}

test("going back changes nothing, another answer may", () => {
  const model = begun("B1_birim_ziyaret");
  walk(model, { arac_var: "0", konu_var: "0", iyi_var: "0" });
  const total = model.pages.length;
  const gate = model.pages.find(({ key }) => key === "g_konu")!;
  assert.deepEqual([model.standAt(gate).total, model.standAt(model.pages[0]!).number], [total, 1]);
  model.field("konu_var")!.set("1");
  assert.equal(model.standAt(gate).total, total + 1);
});

test("a required question that was passed over keeps open what hangs on it", () => {
  const model = begun("B1_birim_ziyaret");
  const [first, last] = [model.pages[0]!, model.pages.at(-1)!];
  assert.equal(model.standAt(first).total, 11);
  assert.equal(first.isReached && !last.isReached, true);
  assert.deepEqual(model.standAt(last), { number: 11, total: 11, isCertain: false });
  for (const gate of ["arac_var", "konu_var", "iyi_var"]) model.field(gate)!.set("0");
  assert.deepEqual(model.standAt(last), { number: 8, total: 8, isCertain: true });
});
