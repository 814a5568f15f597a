import assert from "node:assert/strict";
import { test } from "node:test";
import { LEASE_MS, takeLease } from "../../../pwa/store/lease.ts";
import { alone } from "../../../pwa/sync/turn.ts";
import { newTablet, sameTablet } from "../store/tablet.ts";

// Node 20 has no Web Locks: these tests go by the lease; tests/journeys go by the browser's locks.

test("two tabs never work at the same time", async () => {
  const store = await newTablet();
  const other = await sameTablet(store);
  let [working, most] = [0, 0];
  const work = async () => {
    most = Math.max(most, (working += 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    working -= 1;
    return "done";
  };
  const results = await Promise.all([alone(store, work), alone(other, work), alone(store, work)]);
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
