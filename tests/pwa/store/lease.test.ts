import assert from "node:assert/strict";
import { test } from "node:test";
import { LEASE_MS, releaseLease, takeLease } from "../../../pwa/store/lease.ts";
import { newTablet, sameTablet } from "./tablet.ts";

test("of two tabs that ask at once one gets the lease", async () => {
  const store = await newTablet();
  const tabs = await Promise.all([sameTablet(store), sameTablet(store), sameTablet(store)]);
  const taken = await Promise.all(tabs.map((tab, index) => takeLease(tab, `tab ${index}`)));
  assert.equal(taken.filter(Boolean).length, 1);
});

test("the holder may renew, and give back what is its own only", async () => {
  const store = await newTablet();
  assert.equal(await takeLease(store, "left", 0), true);
  assert.equal(await takeLease(store, "left", 1000), true);
  await releaseLease(store, "right");
  assert.equal(await takeLease(store, "right", 2000), false);
  await releaseLease(store, "left");
  assert.equal(await takeLease(store, "right", 2000), true);
});

test("the lease of a tab that was killed runs out", async () => {
  const store = await newTablet();
  await takeLease(store, "killed", 0);
  assert.equal(await takeLease(store, "next", LEASE_MS - 1), false);
  assert.equal(await takeLease(store, "next", LEASE_MS), true);
});

test("a lease from before the clock was set back does not hold everybody up", async () => {
  const store = await newTablet();
  await takeLease(store, "killed", Date.parse("2036-01-01T00:00:00Z"));
  assert.equal(await takeLease(store, "next", Date.parse("2026-01-01T00:00:00Z")), true);
});
