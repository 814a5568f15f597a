import assert from "node:assert/strict";
import { test } from "node:test";
import { meetReceiptKey } from "../../../pwa/store/catalogue.ts";
import type { Store } from "../../../pwa/store/database.ts";
import {
  acceptReceipt,
  KEPT_AFTER_RECEIPT,
  noteAttempt,
  purgeDelivered,
  unsent,
} from "../../../pwa/store/records/delivery.ts";
import { envelopeOf, listOutbox } from "../../../pwa/store/records/outbox.ts";
import { newOffice, type Office } from "./office.ts";
import { finished, newTablet, vaultOf } from "./tablet.ts";

async function trusting(store: Store): Promise<Office> {
  const office = await newOffice();
  await meetReceiptKey(store, office.key);
  return office;
}

const later = (days: number) =>
  new Date(Date.parse("2026-11-21T08:00:00.000Z") + days * 24 * 3600 * 1000).toISOString();

test("a valid receipt makes a record delivered, and the sealed copy stays", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const office = await trusting(store);
  const record = await finished(vault);
  const receipt = await office.sign(record);
  assert.equal(await acceptReceipt(store, record, { receipt }), true);
  const [item] = await listOutbox(vault);
  assert.deepEqual([item!.state, item!.receipt], ["delivered", receipt]);
  assert.deepEqual(await unsent(vault), []);
  assert.equal((await envelopeOf(vault, record)).digest, record.digest);
});

test("conflict and quarantine are told as such, arrived all the same", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const office = await trusting(store);
  for (const status of ["conflict", "quarantined"] as const) {
    const record = await finished(vault);
    const receipt = await office.sign({ ...record, status });
    await acceptReceipt(store, record, { receipt, problem: "unknown_form" });
    const item = (await listOutbox(vault)).find((one) => one.instance_id === record.instance_id);
    assert.deepEqual([item!.state, item!.problem], [status, "unknown_form"]);
  }
  assert.deepEqual(await unsent(vault), []);
});

test("no forged, foreign, damaged or untrusted receipt lets a record go", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const office = await trusting(store);
  const impostor = await newOffice("office-1");
  const [record, other] = [await finished(vault), await finished(vault, { q1: "2" })];
  const good = await office.sign(record);
  for (const receipt of [
    await office.sign(other),
    await office.sign({ ...record, revision: 2 }),
    await office.sign({ ...record, digest: other.digest }),
    await impostor.sign(record),
    { ...good, sequence: 9 },
    { ...good, signature: "" },
  ]) {
    assert.equal(await acceptReceipt(store, record, { receipt }), false);
  }
  assert.deepEqual((await listOutbox(vault)).map((item) => item.state), ["waiting", "waiting"]);
});

test("without a trusted key no receipt counts", async () => {
  const store = await newTablet();
  const record = await finished(await vaultOf(store));
  const receipt = await (await newOffice()).sign(record);
  assert.equal(await acceptReceipt(store, record, { receipt }), false);
});

test("a failed attempt is counted with its reason and never undoes a receipt", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const office = await trusting(store);
  const record = await finished(vault);
  await noteAttempt(store, record, "unreachable");
  await noteAttempt(store, record, "busy");
  const [waiting] = await listOutbox(vault);
  assert.deepEqual([waiting!.attempts, waiting!.problem, waiting!.state], [2, "busy", "waiting"]);
  await acceptReceipt(store, record, { receipt: await office.sign(record) });
  await noteAttempt(store, record, "unreachable");
  const [delivered] = await listOutbox(vault);
  assert.deepEqual([delivered!.state, delivered!.problem], ["delivered", null]);
});

test("a delivered record is kept 30 days by the server's clock, whatever the tablet's says", async (t) => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const office = await trusting(store);
  const record = await finished(vault);
  await acceptReceipt(store, record, { receipt: await office.sign(record) });
  t.mock.timers.enable({ apis: ["Date"], now: Date.parse("2036-01-01T00:00:00Z") });
  assert.equal(KEPT_AFTER_RECEIPT, 30 * 86_400_000);
  assert.equal(await purgeDelivered(store, later(29.99)), 0);
  assert.equal((await listOutbox(vault)).length, 1);
  assert.equal(await purgeDelivered(store, later(30)), 1);
  assert.equal((await listOutbox(vault)).length, 0);
});

test("nothing without a receipt, in conflict, quarantined or wrongly dated is ever purged", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const office = await trusting(store);
  await finished(vault);
  for (const status of ["conflict", "quarantined"] as const) {
    const record = await finished(vault);
    await acceptReceipt(store, record, { receipt: await office.sign({ ...record, status }) });
  }
  const odd = await finished(vault);
  const undated = await office.sign({ ...odd, received_at: "yesterday" });
  await acceptReceipt(store, odd, { receipt: undated });
  assert.equal(await purgeDelivered(store, later(4000)), 0);
  assert.equal(await purgeDelivered(store, "not a time"), 0);
  assert.equal((await listOutbox(vault)).length, 4);
});
