import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceId, isPrivateWindow, requestPersistence, storageState } from "../../../pwa/store/device.ts";
import { newTablet, sameTablet } from "./tablet.ts";

test("a tablet keeps its name over restarts and tabs, and another has another", async () => {
  const store = await newTablet();
  const [left, right] = await Promise.all([deviceId(store), deviceId(await sameTablet(store))]);
  assert.equal(left, right);
  assert.match(left, /^[0-9a-f-]{36}$/);
  assert.notEqual(await deviceId(await newTablet()), left);
});

test("the browser's promise and room are told as they are", async () => {
  let asked = 0;
  const door = {
    persist: async () => (asked += 1) > 0,
    persisted: async () => asked > 0,
    estimate: async () => ({ usage: 10, quota: 100 }),
  };
  assert.deepEqual(await storageState(door), { persisted: false, usage: 10, quota: 100 });
  assert.deepEqual(await requestPersistence(door), { persisted: true, usage: 10, quota: 100 });
});

test("a browser that cannot say, or refuses, is no error", async () => {
  const unknown = { persisted: null, usage: null, quota: null };
  assert.deepEqual(await storageState({}), unknown);
  const refusing = () => Promise.reject(new DOMException("no", "SecurityError"));
  const door = { persist: refusing, persisted: refusing, estimate: refusing };
  assert.deepEqual(await requestPersistence(door), unknown);
});

test("a window that is refused its folder is told to be private, one that cannot say is not", async () => {
  const refuses = { getDirectory: () => Promise.reject(new DOMException("no", "SecurityError")) };
  assert.equal(await isPrivateWindow(refuses), true);
  assert.equal(await isPrivateWindow({ getDirectory: async () => ({}) }), false);
  assert.equal(await isPrivateWindow({}), false);
});
