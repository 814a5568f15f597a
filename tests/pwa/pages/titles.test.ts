// Records are told in the language of the screen, whatever language they were filled in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { titleIn } from "../../../pwa/pages/titles.ts";

const FORMS = [
  { id: "birim", title: { tr: "Birim ziyareti", en: "Unit visit" } },
  { id: "yalniz", title: { tr: "Yalnız Türkçe" } },
];
const plain = (title: string) => title.replaceAll("\u00a0", " ");

test("the form is told in the language of the screen, what was answered as it was answered", () => {
  const record = { form_id: "birim", title: "Birim ziyareti · Çankaya İlçe Emniyet Müdürlüğü · Çankaya, Ankara" };
  assert.equal(plain(titleIn("en", record, FORMS)), "Unit visit · Çankaya İlçe Emniyet Müdürlüğü · Çankaya, Ankara");
  assert.equal(plain(titleIn("tr", { ...record, title: "Unit visit" }, FORMS)), "Birim ziyareti");
});

test("a title that is not the form's, of no known form or of no such language is told as it is", () => {
  assert.equal(titleIn("en", { form_id: "birim", title: "Eski ad" }, FORMS), "Eski ad");
  assert.equal(titleIn("en", { form_id: "yok", title: "Birim ziyareti" }, FORMS), "Birim ziyareti");
  assert.equal(titleIn("en", { form_id: "yalniz", title: "Yalnız Türkçe" }, FORMS), "Yalnız Türkçe");
  assert.equal(titleIn("en", { form_id: "birim", title: "" }, FORMS), "");
});

test("no line begins with what sets the parts apart", () => {
  assert.equal(titleIn("tr", { form_id: "birim", title: "Birim ziyareti · Ankara" }, FORMS), "Birim ziyareti\u00a0· Ankara");
});
