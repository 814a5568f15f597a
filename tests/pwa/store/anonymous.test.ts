import assert from "node:assert/strict";
import { serialize } from "node:v8";
import { afterEach, test } from "node:test";
import {
  acceptAnonymousReceipt,
  countAnonymous,
  finaliseAnonymous,
  isDue,
  LONGEST_WAIT,
  SHORTEST_WAIT,
  waitingAnonymous,
  waitingId,
} from "../../../pwa/store/records/anonymous.ts";
import { moveAnonymous } from "../../../pwa/store/records/anonymous-moving.ts";
import { meetReceiptKey, saveForm, saveVisits } from "../../../pwa/store/catalogue.ts";
import { read, type Store } from "../../../pwa/store/database.ts";
import { acceptReceipt } from "../../../pwa/store/records/delivery.ts";
import { digestOf } from "../../../pwa/store/digest.ts";
import { listDrafts, openDraft, saveDraft, type Draft } from "../../../pwa/store/records/drafts.ts";
import { absorb } from "../../../pwa/store/records/merging.ts";
import { envelopeOf, finalise, findRecord, listOutbox } from "../../../pwa/store/records/outbox.ts";
import { NotSaved } from "../../../pwa/store/problems.ts";
import { unlock, type OpenVault } from "../../../pwa/store/vault/vault.ts";
import { emptyBeforeReading, fillDisk, heal } from "./faults.ts";
import { newOffice } from "./office.ts";
import { AYSE, draftWith, interviewOf, MEHMET, newTablet, rawBytes, sameTablet, vaultOf } from "./tablet.ts";

afterEach(heal);

const FORM = { form_id: "B2_personel_gorusme", form_version: "2026113001" };
const NOON = Date.parse("2026-11-21T12:00:00+03:00");
const CHANCE = { now: () => NOON, draw: () => 0.5 };

function staffDraft(answers: Record<string, unknown> = { p_amir: "1" }, base: Partial<Draft> = {}): Draft {
  return draftWith(answers, { ...FORM, visit: "Z-06-B", instance_id: crypto.randomUUID(), ...base });
}

async function finished(vault: OpenVault, draft: Draft): Promise<string> {
  await saveDraft(vault, draft);
  return finaliseAnonymous(vault, draft, interviewOf(draft), CHANCE);
}

/** What somebody reads who takes the tablet and knows no passphrase. */
async function lyingOpen(store: Store): Promise<unknown[]> {
  return read(store, async (connection) => {
    const names = [...connection.objectStoreNames].filter((name) => name !== "forms" && name !== "vaults");
    const rows = await Promise.all(names.map((name) => connection.getAll(name)));
    return rows.flat().map((row) => ({ ...(row as object), sealed: null, iv: null }));
  });
}

test("a finished anonymous interview waits under nothing that tells form, time, officer or interview", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const draft = staffDraft({ p_amir: "1", oneri: "Vardiya kısalsın" });
  const id = await finished(vault, draft);
  assert.deepEqual(await listDrafts(vault), []);
  assert.deepEqual(await listOutbox(vault), []);
  const [row, ...others] = await lyingOpen(store);
  assert.deepEqual([Object.keys(row as object).sort(), others], [["iv", "key", "sealed"], []]);
  const bytes = await rawBytes(store);
  for (const trace of [id, draft.instance_id, FORM.form_id, "2026-11-21", "Vardiya", "Z-06-B"]) {
    assert.equal(bytes.includes(trace), false, trace);
  }
});

test("what is sent is answers and round alone, under a number that nothing on the tablet had before", async () => {
  const vault = await vaultOf(await newTablet());
  await saveVisits(vault, [
    { code: "Z-06-B", round: "2026-2", title: {}, province: "06", district: null, team: "", planned_on: "2026-11-21", target: 1 },
  ]);
  const draft = staffDraft({ p_amir: "1" });
  const id = await finished(vault, draft);
  const [{ envelope, due }] = (await waitingAnonymous(vault)) as [Awaited<ReturnType<typeof waitingAnonymous>>[0]];
  assert.deepEqual(JSON.parse(envelope.body), { ...FORM, round: "2026-2", answers: { p_amir: "1" }, confirmations: {} });
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.notEqual(id, draft.instance_id);
  assert.equal(envelope.digest, await digestOf(envelope.body));
  assert.equal(due, NOON + (SHORTEST_WAIT + LONGEST_WAIT) / 2);
});

test("short and long answers lie in texts of one size", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  await finished(vault, staffDraft({ oneri: "" }));
  await finished(vault, staffDraft({ oneri: "x".repeat(1800) }));
  const rows = await read(store, (connection) => connection.getAll("anonymous"));
  assert.equal(new Set(rows.map(({ sealed }) => sealed.data.length)).size, 1);
});

test("no record can be opened again, and its code is known only while it waits", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const draft = staffDraft();
  const id = await finished(vault, draft);
  assert.equal(await findRecord(vault, draft.instance_id), null);
  assert.equal(await waitingId(vault, draft.instance_id), id);
  assert.equal(await waitingId(await vaultOf(store, MEHMET), draft.instance_id), null);
  await arrive(store, vault);
  assert.equal(await waitingId(vault, draft.instance_id), null);
});

test("finishing twice, in two tabs or after an answer got lost, makes one record", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const draft = staffDraft();
  await saveDraft(vault, draft);
  const finish = () => finaliseAnonymous(vault, draft, interviewOf(draft), CHANCE);
  const ids = await Promise.all([finish(), finish()]);
  assert.deepEqual(new Set([...ids, await finish()]).size, 1);
  assert.equal((await waitingAnonymous(vault)).length, 1);
  await arrive(store, vault);
  await assert.rejects(finish(), (error: NotSaved) => error.reason === "already_finalised");
  assert.deepEqual(await waitingAnonymous(vault), []);
});

test("what is saved late, or in another tab after all has gone, brings no draft back", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const [draft, other] = [staffDraft({}, { anonymous: true }), (await unlock(await sameTablet(store), AYSE))!];
  await finished(vault, draft);
  const isFinished = (error: NotSaved) => error.reason === "already_finalised";
  await assert.rejects(saveDraft(vault, draft), isFinished);
  const seen = staffDraft({}, { anonymous: true });
  await saveDraft(vault, seen);
  await openDraft(other, seen.instance_id);
  await finaliseAnonymous(vault, seen, interviewOf(seen));
  await arrive(store, vault);
  await assert.rejects(saveDraft(other, seen), isFinished);
  assert.deepEqual(await listDrafts(vault), []);
});

test("a disk that fills up, or gives nothing back, leaves either the draft or the record", async () => {
  const vault = await vaultOf(await newTablet());
  const draft = staffDraft();
  await saveDraft(vault, draft);
  fillDisk("anonymous");
  await assert.rejects(finaliseAnonymous(vault, draft, interviewOf(draft)), NotSaved);
  heal();
  assert.deepEqual([(await listDrafts(vault)).length, (await waitingAnonymous(vault)).length], [1, 0]);
  emptyBeforeReading("anonymous");
  await assert.rejects(finaliseAnonymous(vault, draft, interviewOf(draft)), NotSaved);
});

test("after the receipt nothing is left but a count", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const before = (await rawBytes(store)).length;
  const draft = staffDraft();
  await finished(vault, draft);
  assert.deepEqual(await countAnonymous(store), { waiting: 1, delivered: 0 });
  await arrive(store, vault);
  assert.deepEqual(await countAnonymous(store), { waiting: 0, delivered: 1 });
  const lying = await read(store, async (connection) => {
    const names = [...connection.objectStoreNames].filter((name) => !["vaults", "facts"].includes(name));
    return (await Promise.all(names.map((name) => connection.getAll(name)))).flat();
  });
  assert.deepEqual(lying, []);
  assert.ok(before > 0);
});

test("a receipt that does not prove this very record changes nothing", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  await finished(vault, staffDraft());
  const office = await newOffice();
  await meetReceiptKey(store, office.key);
  const [waiting] = await waitingAnonymous(vault);
  const { instance_id, digest } = waiting!.envelope;
  const other = await newOffice();
  for (const receipt of [
    await office.sign({ instance_id, digest: "sha256:" }),
    await other.sign({ instance_id, digest }),
    await office.sign({ instance_id: crypto.randomUUID(), digest }),
  ]) {
    assert.equal(await acceptAnonymousReceipt(store, waiting!, receipt), false);
  }
  assert.equal((await waitingAnonymous(vault)).length, 1);
});

test("a clock set back keeps no record for longer than the longest wait", () => {
  const record = { key: "", due: NOON, envelope: null as never };
  assert.equal(isDue(record, NOON - 1), false);
  assert.equal(isDue(record, NOON), true);
  assert.equal(isDue(record, NOON - LONGEST_WAIT - 1), true);
});

test("two vaults of one officer become one with what waits anonymously", async () => {
  const store = await newTablet();
  const [vault, other, stranger] = [await vaultOf(store), await vaultOf(store), await vaultOf(store, MEHMET)];
  await finished(other, staffDraft({ p_amir: "4" }));
  await finished(stranger, staffDraft({ p_amir: "5" }));
  await absorb(vault, other);
  const amir = (waiting: Awaited<ReturnType<typeof waitingAnonymous>>) =>
    waiting.map(({ envelope }) => JSON.parse(envelope.body).answers.p_amir);
  assert.deepEqual(amir(await waitingAnonymous(vault)), ["4"]);
  assert.deepEqual(amir(await waitingAnonymous(stranger)), ["5"]);
});

test("what was kept before is removed where it has arrived, and sealed with its own bytes where it waits", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const other = await vaultOf(store, MEHMET);
  const text = JSON.stringify({ id: FORM.form_id, version: FORM.form_version, anonymous: true, body: [] });
  const form = { id: FORM.form_id, version: FORM.form_version, title: {}, url: "" };
  await saveForm(store, { ...form, digest: await digestOf(text) }, text);
  const office = await newOffice();
  await meetReceiptKey(store, office.key);
  const [arrived, waits, citizen] = [staffDraft(), staffDraft({ p_amir: "3" }), draftWith({ q1: "1" })];
  for (const [owner, draft] of [[other, arrived], [vault, waits], [vault, citizen]] as const) {
    await saveDraft(owner, draft);
    await finalise(owner, draft, interviewOf(draft));
  }
  const { instance_id, digest } = await envelopeOf(other, arrived);
  await acceptReceipt(store, arrived, { receipt: await office.sign({ instance_id, digest }) });
  const sent = await envelopeOf(vault, waits);

  const again = (await unlock(await sameTablet(store), AYSE))!;
  await moveAnonymous(again);
  assert.deepEqual(await listOutbox(other), []);
  assert.deepEqual((await listOutbox(vault)).map(({ form_id }) => form_id), [citizen.form_id]);
  assert.deepEqual((await waitingAnonymous(vault)).map(({ envelope }) => envelope), [sent]);
  assert.equal(serialize(await lyingOpen(store)).includes(FORM.form_id), false);
});

async function arrive(store: Store, vault: OpenVault): Promise<void> {
  const office = await newOffice();
  await meetReceiptKey(store, office.key);
  for (const waiting of await waitingAnonymous(vault)) {
    const { instance_id, revision, digest } = waiting.envelope;
    const receipt = await office.sign({ instance_id, revision, digest, sequence: 0 });
    assert.equal(await acceptAnonymousReceipt(store, waiting, receipt), true);
  }
}
