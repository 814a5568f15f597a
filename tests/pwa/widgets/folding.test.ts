import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fold, matching } from "../../../pwa/widgets/folding.ts";

const lines = readFileSync("schemas/definitions/choices_geo.csv", "utf8").trim().split("\n");
const places = lines.slice(1).map((line) => line.trim().split(","));
const provinces = optionsOf("il");
const districts = optionsOf("ilce");

function optionsOf(list: string) {
  return places
    .filter(([name]) => name === list)
    .map(([, name = "", label = ""]) => ({ name, label, columns: {} }));
}

function found(typed: string): string[] {
  return matching(provinces, typed).map((option) => option.label);
}

test("letters lose their Turkish marks and their case, the two i included", () => {
  assert.equal(fold("IĞDIR"), "igdir");
  assert.equal(fold("İZMİR"), "izmir");
  assert.equal(fold("Hakkâri"), "hakkari");
  assert.equal(fold(" K.Maraş "), "k maras");
});

test("each of the 81 provinces is found first by its name without marks", () => {
  assert.equal(provinces.length, 81);
  for (const { label } of provinces) assert.equal(found(fold(label))[0], label);
});

test("each of the 973 districts is found by its name without marks", () => {
  assert.equal(districts.length, 973);
  for (const option of districts) {
    assert.ok(matching(districts, fold(option.label)).includes(option), option.label);
  }
});

test("what people say finds what the province is called", () => {
  assert.deepEqual(found("urfa"), ["Şanlıurfa"]);
  assert.deepEqual(found("antep"), ["Gaziantep"]);
  assert.deepEqual(found("afyon"), ["Afyonkarahisar"]);
  assert.deepEqual(found("k.maras"), ["Kahramanmaraş"]);
  assert.deepEqual(found("içel"), ["Mersin"]);
  assert.deepEqual(found("Adapazarı"), ["Sakarya"]);
});

test("a name that begins so comes before one that holds it inside", () => {
  assert.deepEqual(found("ar").slice(0, 2), ["Ardahan", "Artvin"]);
  assert.ok(found("ar").indexOf("Artvin") < found("ar").indexOf("Aksaray"));
});

test("the plate code finds its province, nothing typed finds all, nonsense none", () => {
  assert.deepEqual(found("76"), ["Iğdır"]);
  assert.equal(found("  ").length, 81);
  assert.deepEqual(found("xyz"), []);
});

test("letters that a Mac writes as a letter and its mark are the same letters", () => {
  assert.equal(fold("Ağrı".normalize("NFD")), fold("Ağrı"));
  assert.deepEqual(found("Ağrı".normalize("NFD")), ["Ağrı"]);
});
