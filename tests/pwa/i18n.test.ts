import assert from "node:assert/strict";
import { test } from "node:test";
import { ageInWords, atMoment, momentInWords, monthNames, sizeInWords, wordingIn } from "../../pwa/i18n.ts";
import home from "../../schemas/messages/home.json";
import interview from "../../schemas/messages/interview.json";
import tablet from "../../schemas/messages/tablet.json";
import { learnEnglish } from "./english.ts";

const now = new Date(2026, 10, 21, 14, 5);

function before(seconds: number): Date {
  return new Date(now.getTime() - seconds * 1000);
}

test("every text stands in both languages and has the same places in both", () => {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [key, { tr, en }] of Object.entries({ ...tablet, ...home, ...interview })) {
    assert.ok(tr.trim() && en.trim(), key);
    assert.deepEqual(places(tr), places(en), key);
  }
});

test("places are filled, in Turkish until another language is learnt", async () => {
  assert.equal(wordingIn("tr").say("send", { count: 3 }), "Gönder (3)");
  assert.equal(wordingIn("en").say("send", { count: 3 }), "Gönder (3)");
  await learnEnglish();
  assert.equal(wordingIn("en").say("send", { count: 3 }), "Send (3)");
});

test("ages are told as people tell them", () => {
  assert.equal(ageInWords(before(20), now, "tr"), "az önce");
  assert.equal(ageInWords(before(7 * 60), now, "tr"), "7 dakika önce");
  assert.equal(ageInWords(before(2 * 3600), now, "tr"), "2 saat önce");
  assert.equal(ageInWords(before(86_400), now, "tr"), "dün");
  assert.equal(ageInWords(before(3 * 86_400), now, "en"), "3 days ago");
});

test("a moment has its year only when it is another one", () => {
  assert.equal(momentInWords(new Date(2026, 10, 20, 9, 30), now, "tr"), "20 Kasım 09:30");
  assert.match(momentInWords(new Date(2025, 10, 20, 9, 30), now, "tr"), /2025/);
});

test("the day stands before the month in English too, as on the desk and in dates that were answered", () => {
  assert.match(momentInWords(new Date(2026, 10, 20, 9, 30), now, "en"), /^20 November .*09:30$/);
  assert.match(momentInWords(new Date(2025, 10, 20, 9, 30), now, "en"), /^20 November 2025 .*09:30$/);
});

test("months are named in the language", () => {
  assert.deepEqual(monthNames("tr").slice(0, 3), ["Ocak", "Şubat", "Mart"]);
  assert.equal(monthNames("en").at(-1), "December");
});

test("sizes have the decimal sign of the language", () => {
  assert.equal(sizeInWords(1_440_000, "tr"), "1,4 MB");
  assert.equal(sizeInWords(1_440_000, "en"), "1.4 MB");
  assert.equal(sizeInWords(10_737_418_240, "tr"), "10,7 GB");
});

test("a time within a Turkish sentence takes the ending of its last word", () => {
  const ending = (hour: number, minute: number) =>
    atMoment(new Date(2026, 10, 30, hour, minute), now, "tr").split("Kasım ")[1];
  assert.equal(ending(11, 7), "11.07’de");
  const endings = [[9, 3, "te"], [9, 40, "ta"], [9, 45, "te"], [9, 50, "de"], [9, 30, "da"], [9, 26, "da"]];
  for (const [hour, minute, end] of endings) assert.match(ending(Number(hour), Number(minute))!, new RegExp(`’${end}$`));
  assert.equal(ending(10, 0), "10.00’da");
  assert.equal(ending(20, 0), "20.00’de");
  assert.equal(ending(0, 0), "00.00’da");
  assert.match(atMoment(new Date(2026, 10, 30, 11, 7), now, "en"), /30.*11:07$/);
});
