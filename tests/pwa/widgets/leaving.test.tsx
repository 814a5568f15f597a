// When one is told what is wrong with an answer, how, and how often.
import { place, paint } from "./screen.ts";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { render } from "preact";
import type { FormDefinition } from "../../../pwa/form/definition.ts";
import { prepareForm, startInterview, type InterviewModel } from "../../../pwa/form/interview.ts";
import { useChanges } from "../../../pwa/interview/saving.ts";
import { focusQuestion } from "../../../pwa/widgets/leaving.ts";
import { Nodes } from "../../../pwa/widgets/questions/nodes.tsx";
import { at, beginning, visit } from "../form/household.ts";
import { readVector } from "../form/vectors.ts";

afterEach(() => render(null, place));

function Page({ model }: { model: InterviewModel }) {
  useChanges(model);
  return (
    <>
      <header class="page__header"><button type="button">TR</button></header>
      <Nodes nodes={model.pages[0]!.children} />
      <p tabIndex={-1} id="elsewhere" />
    </>
  );
}

const control = (name: string) => document.querySelector<HTMLElement>(`[id="q-${name}"] :is(input, textarea)`)!;
const said = (name: string) => document.querySelector(`[id="q-${name}"] > .live:last-child`)?.textContent ?? "";

async function shown(model: InterviewModel): Promise<InterviewModel> {
  render(<Page model={model} />, place);
  await paint();
  return model;
}

async function come(name: string): Promise<void> {
  control(name).focus();
  control(name).dispatchEvent(new Event("pointerdown", { bubbles: true }));
  await paint();
}

async function leave(to: HTMLElement | null): Promise<void> {
  if (to) to.focus();
  else (document.activeElement as HTMLElement).blur();
  dispatchEvent(new Event("click")); // The tap that took the focus away ends.
  await paint();
}

test("a question that was visited and left empty says so, one that was never visited says nothing", async () => {
  const model = await shown(visit());
  assert.equal(said("muhtar"), "");
  await come("muhtar");
  await leave(document.getElementById("elsewhere"));
  assert.equal(said("muhtar"), "Bu soruyu cevaplayınız.");
  assert.equal(at(model, "muhtar").complaint?.code, "required");
});

test("going to the strip on top, or to another app, leaves no question", async () => {
  await shown(visit());
  await come("muhtar");
  // The browser tells of the blur while the control keeps the focus of its window.
  control("muhtar").dispatchEvent(new Event("focusout", { bubbles: true }));
  await paint();
  assert.equal(said("muhtar"), "");
  await leave(document.querySelector<HTMLElement>(".page__header button"));
  assert.equal(said("muhtar"), "");
});

test("where the screen itself put the focus, nothing was left on purpose", async () => {
  const model = await shown(visit());
  focusQuestion(at(model, "muhtar"));
  await leave(document.getElementById("elsewhere"));
  assert.equal(said("muhtar"), "");
  await come("muhtar");
  await leave(null);
  assert.equal(said("muhtar"), "Bu soruyu cevaplayınız.");
});

test("while one types again nothing is said, and after leaving again what is then so", async () => {
  const model = await shown(visit());
  await come("gelir");
  at(model, "gelir").set("-5");
  await leave(null);
  assert.equal(said("gelir"), "Gelir eksi olamaz.");
  await come("gelir");
  at(model, "gelir").set("-");
  await paint();
  assert.equal(said("gelir"), "");
  at(model, "gelir").set("-7");
  await leave(null);
  assert.equal(said("gelir"), "Gelir eksi olamaz.");
});

test("what is wrong is an error of its control; what is unlikely is a question, and no error", async () => {
  const form = prepareForm(readVector("definitions", "olagan.json") as FormDefinition);
  const model = await shown(startInterview(form, beginning));
  const look = (name: string) => [
    document.getElementById(`q-${name}`)!.className,
    control(name).getAttribute("aria-invalid"),
  ];
  at(model, "yas").set("104");
  at(model, "yas").leave();
  await paint();
  assert.match(said("yas"), /^Emin misiniz\?104 yaşında mı\?/);
  assert.deepEqual(look("yas"), ["question question--doubt", "false"]);
  at(model, "yas").set("yaşlı");
  at(model, "yas").leave();
  await paint();
  assert.deepEqual(look("yas"), ["question question--bad", "true"]);
});
