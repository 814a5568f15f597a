// Rows of a repeat as cards, what is only to be read as one card, numbers as a table.
import { place, paint } from "./screen.ts";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { render } from "preact";
import { useState } from "preact/hooks";
import rowNames from "../../../schemas/reference/row_names.json";
import type { FormDefinition } from "../../../pwa/form/definition.ts";
import { prepareForm, startInterview, type Answers, type InterviewModel, type NodeModel } from "../../../pwa/form/interview.ts";
import { useChanges } from "../../../pwa/interview/saving.ts";
import { Nodes } from "../../../pwa/widgets/questions/nodes.tsx";
import { OpenRowProvider } from "../../../pwa/widgets/questions/repeat.tsx";
import { isTableOf } from "../../../pwa/widgets/questions/table-list.ts";
import { at, beginning } from "../form/household.ts";
import { readVector } from "../form/vectors.ts";

afterEach(() => render(null, place));

function begun(name: string, prefill: Answers = {}): InterviewModel {
  const definition = readVector("definitions", `${name}.json`) as FormDefinition;
  return startInterview(prepareForm(definition), { ...beginning, prefill });
}

async function draw(model: InterviewModel, page: string): Promise<void> {
  function Page() {
    useChanges(model);
    const [key, open] = useState("");
    const shown = model.pages.find((each) => each.key === page)!;
    return (
      <OpenRowProvider value={{ page: "", key, open }}>
        <Nodes nodes={shown.children as NodeModel[]} isTable={isTableOf(shown)} />
      </OpenRowProvider>
    );
  }
  render(<Page />, place);
  await paint();
}

const cards = () => [...place.querySelectorAll<HTMLElement>(".rowcard")];
const heads = () => cards().map((card) => card.querySelector(".rowcard__line")!.textContent!.replace(/\s+/g, " "));
const openOnes = () => cards().map((card) => card.querySelector(".rowcard__body") !== null);

async function press(words: RegExp): Promise<void> {
  const named = (button: HTMLElement) => button.getAttribute("aria-label") ?? button.textContent ?? "";
  const button = [...place.querySelectorAll("button")].find((each) => words.test(named(each)));
  assert.ok(button, String(words));
  button.click();
  await paint();
}

function fillStaff(model: InterviewModel, row: number, answers: Record<string, string>): void {
  const first = at(model, `r_kadro[${row}].k_sinif`).options[row]!.name;
  at(model, `r_kadro[${row}].k_sinif`).set(first);
  for (const [name, value] of Object.entries(answers)) at(model, `r_kadro[${row}].${name}`).set(value);
}

test("rows fold to what they are called and what else was answered; one is open at a time", async () => {
  const model = begun("B1_birim_ziyaret");
  await draw(model, "r_kadro");
  assert.deepEqual(openOnes(), [true]);
  fillStaff(model, 0, { k_norm: "12", k_mevcut: "10", k_ihtiyac: "0" });
  await press(/^Personel sınıfı ekle$/);
  assert.deepEqual(openOnes(), [false, true]);
  const label = at(model, "r_kadro[0].k_sinif").options[0]!.label;
  assert.match(heads()[0]!, new RegExp(`1Personel sınıfı 1 ${label.replace(/[()]/g, "\\$&")}Norm / tahsisli kadro: 12 · Mevcut \\(dolu\\) kadro: 10`));
  assert.equal(document.activeElement, cards()[1]);
  await press(/^2Personel sınıfı 2/);
  assert.deepEqual(openOnes(), [false, false]);
  // A figure the form filled in is no name.
  assert.match(heads()[1]!, /^2Personel sınıfı 2 \d eksik$/);
  assert.equal(at(model, "r_kadro[1].k_sinif").complaint?.code, "required");
  assert.equal(at(model, "r_kadro[0].k_norm").complaint, null);
});

test("a row is removed at once, said by its name, and put back as it was", async () => {
  const model = begun("B1_birim_ziyaret");
  await draw(model, "r_kadro");
  fillStaff(model, 0, { k_norm: "12", k_mevcut: "10", k_ihtiyac: "0" });
  await press(/^Personel sınıfı ekle$/);
  fillStaff(model, 1, { k_norm: "5", k_mevcut: "5", k_ihtiyac: "0" });
  const before = model.output();
  await press(/^1Personel sınıfı 1/);
  await press(/^Sil: Personel sınıfı 1$/);
  assert.equal(cards().length, 1);
  const name = at(model, "r_kadro[0].k_sinif").options[0]!.label;
  assert.equal(document.activeElement?.getAttribute("aria-label"), `Geri al: Silindi: ${name}`);
  await press(/^Geri al/);
  assert.equal(cards().length, 2);
  assert.deepEqual(model.output(), before);
});

test("where the form says so, numbers of all rows are added up while one types", async () => {
  const model = begun("B1_birim_ziyaret");
  await draw(model, "r_kadro");
  fillStaff(model, 0, { k_norm: "12" });
  await press(/^Personel sınıfı ekle$/);
  at(model, "r_kadro[1].k_norm").set("30");
  await paint();
  const total = [...place.querySelectorAll(".totals__line")].map((line) => line.textContent);
  assert.equal(total[0], "Toplam: Norm / tahsisli kadro42");
});

test("what earlier visits left is one card a topic, and the rows are not the officer's to add or remove", async () => {
  const topics = [
    { t_baslik: "Bekleme alanı dar", t_onceki_oneri: "Yan oda açılsın", t_rapor_tarihi: "2026-03-02" },
    { t_baslik: "Araçlar eski", t_onceki_oneri: "", t_rapor_tarihi: "2026-03-02" },
  ];
  const model = begun("C_tekrar_ziyaret", { onceki_konu_sayisi: "2", r_tekrar: topics });
  await draw(model, "r_tekrar");
  assert.deepEqual(openOnes(), [true, false]);
  assert.match(heads()[1]!, /Araçlar eski/);
  const [fixed, ...others] = place.querySelectorAll(".fixed");
  assert.equal(others.length, 0);
  assert.match(fixed!.textContent!, /değiştirilemez.*KonuBekleme alanı dar.*Yan oda açılsın.*2 Mart 2026/);
  assert.equal(fixed!.querySelector("input, button"), null);
  assert.equal(place.querySelector(".repeat__add"), null);
  await press(/^Sıradakine geç/);
  assert.deepEqual(openOnes(), [false, true]);
});

test("short numbers that the form calls a table stand in one, with the note after them as its total", async () => {
  const model = begun("D_toplanti_tutanagi");
  for (const field of model.pages.find(({ key }) => key === "g_katilim")!.fields()) {
    if (field.type === "integer" && field.name !== "k_kadin") field.set("3");
  }
  await draw(model, "g_katilim");
  const [table, ...others] = place.querySelectorAll(".numbers");
  assert.equal(others.length, 0);
  assert.deepEqual([table!.querySelectorAll("input").length, table!.querySelector(".message")!.textContent], [9, "Toplam katılımcı: 24"]);
});

test("what is added is called by its name, in every repeat of ours", () => {
  const free = (definition: FormDefinition) =>
    definition.body.filter((node) => node.kind === "repeat" && !node.repeat_count).map(({ name }) => name);
  const ours = ["B1_birim_ziyaret", "C_tekrar_ziyaret", "D_toplanti_tutanagi"].flatMap((name) =>
    free(readVector("definitions", `${name}.json`) as FormDefinition),
  );
  assert.deepEqual(Object.keys(rowNames).sort(), ours.sort());
});
