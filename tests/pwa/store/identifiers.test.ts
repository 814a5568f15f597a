import assert from "node:assert/strict";
import { test } from "node:test";
import { newTimedId } from "../../../pwa/store/identifiers.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("an id is a UUID of version 7 that begins with the clock in milliseconds", () => {
  const now = Date.parse("2026-11-21T08:00:00.123Z");
  const id = newTimedId(now);
  assert.match(id, UUID_V7);
  assert.equal(parseInt(id.slice(0, 8) + id.slice(9, 13), 16), now);
});

test("ids stay unique when the clock stands still or is set back", () => {
  const moments = [0, 1, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 40];
  const ids = Array.from({ length: 60_000 }, (_, n) => newTimedId(moments[n % moments.length]));
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => UUID_V7.test(id)));
});

test("later ids sort after earlier ones", () => {
  const ids = Array.from({ length: 50 }, (_, n) => newTimedId(1_790_000_000_000 + n));
  assert.deepEqual([...ids].sort(), ids);
});
