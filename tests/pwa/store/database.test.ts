import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { closeStore, commit, openStore, read } from "../../../pwa/store/database.ts";
import { NotSaved } from "../../../pwa/store/problems.ts";
import { VERSION } from "../../../pwa/store/schema.ts";
import { heal, refuseTransactions } from "./faults.ts";
import { newTablet, sameTablet } from "./tablet.ts";

afterEach(heal);

const row = { id: "A", version: "1", digest: "d", text: "{}" };
const put = (store: Parameters<typeof commit>[0]) =>
  commit(store, ["forms"], (transaction) => transaction.objectStore("forms").put(row));
const get = (store: Parameters<typeof read>[0]) =>
  read(store, (connection) => connection.get("forms", ["A", "1"]));

test("what was committed is there for another tab", async () => {
  const store = await newTablet();
  await put(store);
  assert.deepEqual(await get(await sameTablet(store)), row);
});

test("work that fails halfway leaves nothing behind", async () => {
  const store = await newTablet();
  const failing = commit(store, ["forms"], async (transaction) => {
    await transaction.objectStore("forms").put(row);
    throw new RangeError("halfway");
  });
  await assert.rejects(failing, RangeError);
  assert.equal(await get(store), undefined);
});

test("what the disk refuses at the very end, after every request went well, is not committed", async () => {
  const store = await newTablet();
  const failing = commit(store, ["forms"], async (transaction) => {
    await transaction.objectStore("forms").put(row);
    queueMicrotask(() => queueMicrotask(() => transaction.abort()));
  });
  await assert.rejects(failing, NotSaved);
  assert.equal(await get(store), undefined);
});

test("a closed connection opens again at the next call", async () => {
  const store = await newTablet();
  await closeStore(store);
  await put(store);
  assert.deepEqual(await get(store), row);
});

test("a connection that the browser closed under us opens again", async () => {
  const store = await newTablet();
  (await store.connection)!.close();
  await put(store);
  assert.deepEqual(await get(store), row);
});

test("a connection lost three times in a row is told, and works again once it is back", async () => {
  const store = await newTablet();
  let tries = 0;
  refuseTransactions(() => {
    tries += 1;
    return new DOMException("Connection to Indexed Database server lost", "UnknownError");
  });
  await assert.rejects(put(store), (error: NotSaved) => error.reason === "connection_lost");
  assert.equal(tries, 3);
  heal();
  await put(store);
});

test("an error that trying again cannot help is told at once", async () => {
  const store = await newTablet();
  let tries = 0;
  refuseTransactions(() => {
    tries += 1;
    return new DOMException("full", "QuotaExceededError");
  });
  await assert.rejects(put(store), (error: NotSaved) => error.reason === "quota");
  assert.equal(tries, 1);
});

test("a newer app in another tab gets the database, and this tab is told to reload", async () => {
  let superseded = 0;
  const name = `superseded-${process.pid}`;
  const store = await openStore(name, { superseded: () => (superseded += 1) });
  const newer = await opened(name, VERSION + 1);
  assert.equal(superseded, 1);
  await assert.rejects(put(store), (error: NotSaved) => error.reason === "newer_version");
  newer.close();
});

function opened(name: string, version: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
  });
}
