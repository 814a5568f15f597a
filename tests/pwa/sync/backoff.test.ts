import assert from "node:assert/strict";
import { test } from "node:test";
import { delayAfter } from "../../../pwa/sync/backoff.ts";

const longest = { random: () => 1 };
const shortest = { random: () => 0 };

test("the wait doubles from five seconds to five minutes", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((failures) => delayAfter(failures, longest));
  assert.deepEqual(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
});

test("half of the wait is chance, so that a hundred tablets spread", () => {
  assert.equal(delayAfter(7, shortest), 150);
  const waits = Array.from({ length: 100 }, () => delayAfter(7));
  assert.ok(waits.every((wait) => wait >= 150 && wait <= 300));
  assert.ok(Math.max(...waits) - Math.min(...waits) > 60);
});

test("it is never shorter than the server asked for", () => {
  for (const retryAfter of [1, 30, 3600]) {
    assert.ok(delayAfter(1, { retryAfter, ...shortest }) >= retryAfter);
    assert.ok(delayAfter(9, { retryAfter, ...longest }) <= retryAfter * 1.25 + 30);
  }
});
