// Which visit is meant when somebody opens the app, and what can be begun in it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormSummary } from "../../../pwa/generated/schemas.ts";
import { deviceOf } from "../../../pwa/pages/home/installing.ts";
import { formsIn, likelyVisit, NO_VISIT, visitsToShow, type Visit } from "../../../pwa/pages/home/visits.ts";

const TODAY = "2026-11-21";

function visit(code: string, planned_on: string, forms: readonly string[] = []): Visit {
  return { code, planned_on, forms, title: { tr: code } } as unknown as Visit;
}

const codes = (visits: readonly Visit[]) => visits.map(({ code }) => code);

test("today's visit is meant, else the next one, else the last", () => {
  const [past, now, soon] = [visit("p", "2026-11-10"), visit("n", TODAY), visit("s", "2026-11-25")];
  assert.equal(likelyVisit([soon, past, now], TODAY), "n");
  assert.equal(likelyVisit([past, soon], TODAY), "s");
  assert.equal(likelyVisit([visit("q", "2026-11-01"), past], TODAY), "p");
  assert.equal(likelyVisit([], TODAY), NO_VISIT);
});

test("all visits of today are shown at once, of other days only the chosen one", () => {
  const all = [visit("a", TODAY), visit("b", "2026-11-22"), visit("c", TODAY), visit("d", "2026-11-01")];
  assert.deepEqual(codes(visitsToShow(all, "a", TODAY)), ["a", "c"]);
  assert.deepEqual(codes(visitsToShow(all, "d", TODAY)), ["a", "c", "d"]);
  assert.deepEqual(codes(visitsToShow([all[1]!, all[3]!], "b", TODAY)), ["b"]);
});

test("a visit's forms come in its order, outside a visit all are offered", () => {
  const forms = ["A", "B1", "D"].map((id) => ({ id }) as FormSummary);
  const ids = (offered: readonly FormSummary[]) => offered.map(({ id }) => id);
  assert.deepEqual(ids(formsIn(visit("v", TODAY, ["D", "A", "gone"]), forms)), ["D", "A"]);
  assert.deepEqual(ids(formsIn(null, forms)), ["A", "B1", "D"]);
});

test("an iPad is known although it calls itself a Macintosh", () => {
  const safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15";
  assert.equal(deviceOf({ userAgent: safari, maxTouchPoints: 5 }), "apple");
  assert.equal(deviceOf({ userAgent: safari, maxTouchPoints: 0 }), "other");
  assert.equal(deviceOf({ userAgent: "Mozilla/5.0 (Linux; Android 15) Chrome/140", maxTouchPoints: 5 }), "android");
});
