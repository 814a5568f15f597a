import assert from "node:assert/strict";
import { test } from "node:test";
import { LEASE_MS, takeLease } from "../../../pwa/store/lease.ts";
import { alone } from "../../../pwa/sync/turn.ts";
import { newTablet, sameTablet } from "../store/tablet.ts";

// Node 20 has no Web Locks: these tests go by the lease; tests/journeys go by the browser's locks.

test("two tabs never work at the same time", async () => {
  const store = await newTablet();
  const other = await sameTablet(store);
  let [working, most, left] = [0, 0, 3];
  let finish = () => {};
  const end = new Promise<void>((resolve) => (finish = resolve));
  const work = async () => {
    most = Math.max(most, (working += 1));
    hasSettled();
    await end;
    working -= 1;
    return "done";
  };
  // Whoever works goes on until each of the others is at work as well or was sent away.
  const hasSettled = () => {
    if ((left -= 1) === 0) finish();
  };
  const ask = async (tab: typeof store) => {
    const result = await alone(tab, work);
    if (result === null) hasSettled();
    return result;
  };
  const results = await Promise.all([ask(store), ask(other), ask(store)]);
  assert.deepEqual([results.filter(Boolean), most], [["done"], 1]);
  assert.equal(await alone(other, work), "done");
});

test("work that fails gives its turn back", async () => {
  const store = await newTablet();
  await assert.rejects(alone(store, () => Promise.reject(new RangeError("no"))), RangeError);
  assert.equal(await alone(store, async () => "next"), "next");
});

test("the turn of a tab that was killed is taken over", async () => {
  const store = await newTablet();
  await takeLease(store, "killed", Date.now() - LEASE_MS);
  assert.equal(await alone(store, async () => "next"), "next");
});
