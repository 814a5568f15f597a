// Long lists: counted without opening anything, opened by the page; and the step from the first version.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { openDB } from "idb";
import { commit, openStore, read } from "../../../pwa/store/database.ts";
import { countDrafts, listDrafts, saveDraft } from "../../../pwa/store/records/drafts.ts";
import { countOutbox, findRecord, listOutbox } from "../../../pwa/store/records/outbox.ts";
import { purgeDelivered } from "../../../pwa/store/records/delivery.ts";
import type { OpenVault } from "../../../pwa/store/vault/vault.ts";
import { draftWith, finished, newTablet, vaultOf } from "./tablet.ts";

const RECEIVED = "2026-11-21T10:21:00.000Z";

/** Put every record at a second of its own, as if finished one after the other. */
async function spread(vault: OpenVault, delivered = 0): Promise<void> {
  await commit(vault.store, ["outbox"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    for (const [at, row] of (await outbox.getAll()).entries()) {
      const receipt = { status: "accepted", received_at: RECEIVED } as never;
      const arrived = { receipt, shelf: "delivered", received_at: Date.parse(RECEIVED) } as const;
      await outbox.put({ ...row, finalised_at: 1000 * at, ...(at < delivered ? arrived : {}) });
    }
  });
}

test("records are counted, and the oldest that waits has an age", async () => {
  const vault = await vaultOf(await newTablet());
  assert.deepEqual(await countOutbox(vault), { waiting: 0, delivered: 0, oldest: null });
  for (let n = 0; n < 5; n += 1) await finished(vault);
  await spread(vault, 2);
  assert.deepEqual(await countOutbox(vault, 9000), { waiting: 3, delivered: 2, oldest: 7000 });
});

test("a page of a shelf is the newest of it, then those before", async () => {
  const vault = await vaultOf(await newTablet());
  for (let n = 0; n < 7; n += 1) await finished(vault);
  await spread(vault, 5);
  const page = async (skip: number) =>
    (await listOutbox(vault, { shelf: "delivered", skip, most: 2 })).map((item) => item.finalised_at);
  assert.deepEqual([await page(0), await page(2), await page(4), await page(6)], [[4000, 3000], [2000, 1000], [0], []]);
});

test("a damaged record on another page does not hide this one", async () => {
  const vault = await vaultOf(await newTablet());
  for (let n = 0; n < 3; n += 1) await finished(vault);
  await spread(vault);
  await commit(vault.store, ["outbox"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    for (const row of await outbox.getAll()) {
      if (row.finalised_at === 0) await outbox.put({ ...row, sealed: { ...row.sealed, data: new Uint8Array(40) } });
    }
  });
  assert.equal((await listOutbox(vault, { shelf: "waiting", most: 2 })).length, 2);
  await assert.rejects(listOutbox(vault));
});

test("drafts are counted and paged, the last saved first", async () => {
  const vault = await vaultOf(await newTablet());
  for (const title of ["Muş", "Kars", "Van"]) await saveDraft(vault, draftWith({}, { title }));
  await commit(vault.store, ["drafts"], async (transaction) => {
    const drafts = transaction.objectStore("drafts");
    for (const [at, row] of (await drafts.getAll()).entries()) await drafts.put({ ...row, saved_at: at });
  });
  assert.equal(await countDrafts(vault), 3);
  assert.equal((await listDrafts(vault, { most: 2 })).length, 2);
  assert.equal((await listDrafts(vault, { skip: 2, most: 2 })).length, 1);
});

test("one record is found by its number, another officer's is not", async () => {
  const store = await newTablet();
  const [ayse, mehmet] = [await vaultOf(store), await vaultOf(store, { username: "m", password: "p" })];
  const { instance_id } = await finished(ayse);
  assert.equal((await findRecord(ayse, instance_id))?.instance_id, instance_id);
  assert.equal(await findRecord(mehmet, instance_id), null);
});

test("a tablet of the first version keeps its records, on their shelves", async () => {
  const name = `old-${process.pid}`;
  const old = await openDB(name, 1, {
    upgrade(connection) {
      connection.createObjectStore("facts");
      connection.createObjectStore("forms", { keyPath: ["id", "version"] });
      connection.createObjectStore("visits", { keyPath: "vault" });
      connection.createObjectStore("vaults", { keyPath: "id" }).createIndex("username", "username");
      connection.createObjectStore("drafts", { keyPath: "instance_id" }).createIndex("vault", "vault");
      const outbox = connection.createObjectStore("outbox", { keyPath: ["instance_id", "revision"] });
      outbox.createIndex("vault", "vault");
      const row = { revision: 1, vault: "v", form_id: "A", form_version: "1", finalised_at: 5 };
      void outbox.put({ ...row, instance_id: "waits", receipt: null });
      void outbox.put({ ...row, instance_id: "arrived", receipt: { status: "accepted", received_at: RECEIVED } });
    },
  });
  old.close();
  const store = await openStore(name);
  const shelves = await read(store, (connection) => connection.getAll("outbox"));
  assert.deepEqual(shelves.map((row) => [row.instance_id, row.shelf]), [["arrived", "delivered"], ["waits", "waiting"]]);
  assert.equal(await purgeDelivered(store, "2026-12-22T10:21:00.000Z"), 1);
  assert.deepEqual(await read(store, (connection) => connection.getAllKeys("outbox")), [["waits", 1]]);
});
