import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { meetReceiptKey } from "../../../pwa/store/catalogue.ts";
import type { Store } from "../../../pwa/store/database.ts";
import { digestOf } from "../../../pwa/store/digest.ts";
import { countDrafts, listDrafts, saveDraft } from "../../../pwa/store/drafts.ts";
import {
  acceptReceipt,
  envelopeOf,
  finalise,
  KEPT_AFTER_RECEIPT,
  listOutbox,
  noteAttempt,
  purgeDelivered,
  unsent,
  unsentCounts,
} from "../../../pwa/store/outbox.ts";
import { NotFound, NotSaved } from "../../../pwa/store/problems.ts";
import { setIdentity, unlock, type OpenVault } from "../../../pwa/store/vault.ts";
import { emptyBeforeReading, fillDisk, heal } from "./faults.ts";
import { newOffice, type Office } from "./office.ts";
import { AYSE, draftWith, interviewOf, MEHMET, newTablet, sameTablet, vaultOf } from "./tablet.ts";

afterEach(heal);

async function finished(vault: OpenVault, answers: Record<string, unknown> = { q1: "1" }) {
  const draft = draftWith(answers);
  await saveDraft(vault, draft);
  await finalise(vault, draft, interviewOf(draft));
  const { instance_id, revision, digest } = await envelopeOf(vault, draft);
  return { instance_id, revision, digest };
}

async function trusting(store: Store): Promise<Office> {
  const office = await newOffice();
  await meetReceiptKey(store, office.key);
  return office;
}

const later = (days: number) =>
  new Date(Date.parse("2026-11-21T08:00:00.000Z") + days * 24 * 3600 * 1000).toISOString();

test("a finished interview is a record that waits, and no draft any more", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const draft = draftWith({ söz: "İçişleri 'ne \"iyi\" \u{1F600}" });
  await saveDraft(vault, draft);
  const item = await finalise(vault, draft, interviewOf(draft));
  assert.equal(item.state, "waiting");
  assert.equal(item.title, "Çankaya");
  assert.deepEqual(await listDrafts(vault), []);
  const envelope = await envelopeOf((await unlock(await sameTablet(store), AYSE))!, draft);
  assert.equal(envelope.body, JSON.stringify(interviewOf(draft)));
  assert.equal(envelope.digest, await digestOf(envelope.body));
  assert.deepEqual([envelope.encoding, envelope.attachments], ["plain", []]);
});

test("a disk that fills up while finishing leaves the draft and makes no record", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const draft = draftWith({ q1: "1" });
  await saveDraft(vault, draft);
  fillDisk("outbox");
  await assert.rejects(
    finalise(vault, draft, interviewOf(draft)),
    (error: NotSaved) => error.reason === "quota",
  );
  heal();
  assert.deepEqual([await countDrafts(store), (await listOutbox(vault)).length], [1, 0]);
  await finalise(vault, draft, interviewOf(draft));
  assert.deepEqual([await countDrafts(store), (await listOutbox(vault)).length], [0, 1]);
});

test("a record that does not come back from the disk is not called finished", async () => {
  const vault = await vaultOf(await newTablet());
  const draft = draftWith({ q1: "1" });
  emptyBeforeReading("outbox");
  await assert.rejects(
    finalise(vault, draft, interviewOf(draft)),
    (error: NotSaved) => error.reason === "not_read_back",
  );
});

test("finishing twice gives one record with the first bytes", async () => {
  const vault = await vaultOf(await newTablet());
  const draft = draftWith({ q1: "1" });
  await saveDraft(vault, draft);
  const first = interviewOf(draft);
  const second = { ...first, finished_at: "2026-11-21T10:20:00.400+03:00" };
  await Promise.all([finalise(vault, draft, first), finalise(vault, draft, second)]);
  await finalise(vault, draft, second);
  assert.equal((await listOutbox(vault)).length, 1);
  assert.equal((await envelopeOf(vault, draft)).body, JSON.stringify(first));
});

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

test("records in hand are shown as being sent, records of a refused officer as such", async () => {
  const vault = await vaultOf(await newTablet());
  const record = await finished(vault);
  const sending = new Set([record.instance_id]);
  assert.equal((await listOutbox(vault, { sending }))[0]!.state, "sending");
  await setIdentity(vault, { identity: "refused" });
  assert.equal((await listOutbox(vault))[0]!.state, "refused-identity");
  await setIdentity(vault, { identity: "confirmed" });
  assert.equal((await listOutbox(vault))[0]!.state, "waiting");
});

test("ages never go negative when the clock is set back", async () => {
  const vault = await vaultOf(await newTablet());
  await finished(vault);
  const now = Date.parse("2016-01-01T00:00:00Z");
  assert.equal((await listOutbox(vault, { now }))[0]!.age, 0);
  const soon = (await listOutbox(vault))[0]!.finalised_at + 90_000;
  assert.equal((await listOutbox(vault, { now: soon }))[0]!.age, 90_000);
});

test("another officer sees how much waits on the tablet, and none of it", async () => {
  const store = await newTablet();
  const ayse = await vaultOf(store, AYSE);
  const record = await finished(ayse);
  await finished(ayse);
  const mehmet = await vaultOf(store, MEHMET);
  assert.deepEqual(await unsentCounts(store), new Map([["ayse.demir", 2]]));
  assert.deepEqual([await listOutbox(mehmet), await unsent(mehmet)], [[], []]);
  await assert.rejects(envelopeOf(mehmet, record), NotFound);
});
