// The review: every answer in the order of the form, and each leads to its question.
import { place, paint } from "../widgets/screen.ts";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { render } from "preact";
import { linesOf, SectionAnswers, Troubles, type Line } from "../../../pwa/pages/interview/review-answers.tsx";
import type { RepeatModel } from "../../../pwa/form/model.ts";
import { at, visit } from "../form/household.ts";

afterEach(() => render(null, place));

const texts = (of: string) => [...place.querySelectorAll(of)].map((each) => each.textContent);

test("what is missing is named with where it stands, and nothing stands before it", async () => {
  const model = visit();
  const gone: string[] = [];
  const lines = model.pages.flatMap(linesOf).filter(({ field }) => field.violation);
  render(<Troubles icon="alert" said="review_missing" lines={lines} goTo={({ field }) => gone.push(field.key)} />, place);
  await paint();
  assert.deepEqual(texts(".missing"), ["Muhtarın adıHane", "AdKişi · 1. satır"]);
  place.querySelectorAll<HTMLElement>(".missing").forEach((each) => each.click());
  assert.deepEqual(gone, lines.map(({ field }) => field.key));
});

test("every question of a section stands there in words, blank ones as well, and leads to itself", async () => {
  const model = visit();
  at(model, "muhtar").set("Nevzat");
  at(model, "gelir").set("1500.5");
  at(model, "hizmet").set("emn nuf");
  const gone: Line[] = [];
  let sections = 0;
  render(
    <>
      {model.pages.map((page) => (
        <SectionAnswers page={page} goTo={(line) => gone.push(line)} goToSection={() => (sections += 1)} key={page.key} />
      ))}
    </>,
    place,
  );
  await paint();
  assert.deepEqual(texts(".answer__words"), ["Nevzat", "Evet", "1500,5", "emn, nuf", "Cevap yok", "Cevap yok"]);
  assert.deepEqual(texts(".review__row"), ["1. satır"]);
  assert.deepEqual(texts(".badge"), ["Tamam", "1 eksik", "Tamam"]);
  place.querySelectorAll<HTMLElement>(".answer, .link").forEach((each) => each.click());
  assert.deepEqual(gone.map(({ field }) => field.name), ["muhtar", "kimseli", "gelir", "hizmet", "ad", "goz"]);
  assert.equal(sections, 3);
});

test("of many that are missing the first five are named, and a way leads down to the next in its section", async () => {
  const model = visit();
  const [kisi] = model.pages.flatMap(({ children }) => children).filter(({ kind }) => kind === "repeat");
  const add = () => (kisi as RepeatModel).add();
  for (let row = 0; row < 4; row += 1) add();
  const wrong = () => model.pages.flatMap(linesOf).filter(({ field }) => field.violation);
  assert.equal(wrong().length, 6);
  const screen = () => (
    <>
      <Troubles icon="alert" said="review_missing" lines={wrong()} goTo={() => undefined} />
      {model.pages.map((page) => (
        <SectionAnswers page={page} goTo={() => undefined} goToSection={() => undefined} key={page.key} />
      ))}
    </>
  );
  render(screen(), place);
  await paint();
  assert.equal(texts(".missing").length, 6, "one more takes no more room than saying that there is one");
  assert.equal(texts(".button").length, 0);
  add();
  render(screen(), place);
  await paint();
  assert.equal(texts(".missing").length, 5);
  assert.match(texts(".message")[0] ?? "", /^7 soru tamamlanmalı/);
  assert.deepEqual(texts(".button"), ["Aşağıda 2 soru daha var"]);
  place.querySelector<HTMLElement>(".button")!.click();
  assert.equal((document.activeElement as HTMLElement).dataset["question"], wrong()[5]!.field.key);
});
