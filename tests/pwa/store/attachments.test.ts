import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, test } from "node:test";
import { keepAttachment, readAttachment, type AttachedFile } from "../../../pwa/store/records/attachments.ts";
import { meetReceiptKey } from "../../../pwa/store/catalogue.ts";
import { read, type Store } from "../../../pwa/store/database.ts";
import { acceptReceipt, KEPT_AFTER_RECEIPT, purgeDelivered } from "../../../pwa/store/records/delivery.ts";
import { discardDraft, openDraft, saveDraft } from "../../../pwa/store/records/drafts.ts";
import { absorb } from "../../../pwa/store/records/merging.ts";
import { envelopeOf, finalise } from "../../../pwa/store/records/outbox.ts";
import { NotSaved } from "../../../pwa/store/problems.ts";
import { unlock, type OpenVault } from "../../../pwa/store/vault/vault.ts";
import { emptyBeforeReading, fillDisk, heal } from "./faults.ts";
import { newOffice } from "./office.ts";
import { AYSE, draftWith, interviewOf, MEHMET, newTablet, rawBytes, sameTablet, tamper, vaultOf } from "./tablet.ts";

afterEach(heal);

function photo(text: string): AttachedFile {
  return { bytes: new TextEncoder().encode(text), media_type: "image/jpeg", extension: "jpg" };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

async function names(store: Store): Promise<string[]> {
  const keys = await read(store, (connection) => connection.getAllKeys("attachments"));
  return keys.map(([, name]) => name).sort();
}

/** A saved draft whose answers name two photos, one of them in a row. */
async function withPhotos(vault: OpenVault) {
  const draft = draftWith({});
  await saveDraft(vault, draft);
  const [hall, desk] = [
    await keepAttachment(vault, draft.instance_id, photo("hall")),
    await keepAttachment(vault, draft.instance_id, photo("desk")),
  ];
  const answered = { ...draft, answers: { hall, konu: [{ desk }] } };
  await saveDraft(vault, answered);
  return { draft: answered, hall, desk };
}

test("a photo is named by its digest and given back byte for byte after a restart", async () => {
  const store = await newTablet();
  const { draft, hall } = await withPhotos(await vaultOf(store));
  assert.equal(hall, `${sha256("hall")}.jpg`);
  const vault = (await unlock(await sameTablet(store), AYSE))!;
  const kept = (await readAttachment(vault, draft.instance_id, hall))!;
  assert.deepEqual([new TextDecoder().decode(kept.bytes), kept.media_type], ["hall", "image/jpeg"]);
});

test("on the disk nobody can read a photo, move it to another interview or open another officer's", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const draft = draftWith({});
  const name = await keepAttachment(vault, draft.instance_id, photo("a face in the queue"));
  assert.equal((await rawBytes(store)).includes("a face in the queue"), false);
  assert.equal(await readAttachment(await vaultOf(store, MEHMET), draft.instance_id, name), null);
  const elsewhere = draftWith({}).instance_id;
  await tamper(store, "attachments", (row) => ({ ...row, instance_id: elsewhere }));
  await assert.rejects(readAttachment(vault, elsewhere, name));
});

test("a photo whose answer was removed is gone once that is saved, and only that one", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const { draft, hall, desk } = await withPhotos(vault);
  await saveDraft(vault, { ...draft, answers: { konu: [{ desk }] } });
  assert.deepEqual(await names(store), [desk]);
  assert.equal(await readAttachment(vault, draft.instance_id, hall), null);
});

test("a save that comes between keeping a photo and naming it does not lose it", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const { draft } = await withPhotos(vault);
  const third = await keepAttachment(vault, draft.instance_id, photo("third"));
  await saveDraft(vault, draft);
  assert.ok(await readAttachment(vault, draft.instance_id, third));
});

test("a draft that is opened again still knows which photos it may remove", async () => {
  const store = await newTablet();
  const { draft, desk } = await withPhotos(await vaultOf(store));
  const vault = (await unlock(await sameTablet(store), AYSE))!;
  await openDraft(vault, draft.instance_id);
  await saveDraft(vault, { ...draft, answers: { konu: [{ desk }] } });
  assert.deepEqual(await names(store), [desk]);
});

test("a deleted draft takes its photos with it and leaves those of others", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const [first, second] = [await withPhotos(vault), await withPhotos(vault)];
  await discardDraft(vault, first.draft.instance_id);
  assert.deepEqual(await names(store), [second.hall, second.desk].sort());
  assert.ok(await readAttachment(vault, second.draft.instance_id, second.hall));
});

test("finishing lists the photos that the interview names, in their order, and drops the others", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const { draft, hall, desk } = await withPhotos(vault);
  // The hall was asked about in a branch that is not relevant any more.
  const interview = { ...interviewOf(draft), answers: { konu: [{ desk }] } };
  await finalise(vault, draft, interview);
  const { attachments } = await envelopeOf(vault, draft);
  assert.deepEqual(attachments, [
    { name: desk, digest: `sha256:${sha256("desk")}`, size: 4, media_type: "image/jpeg" },
  ]);
  assert.notEqual(hall, desk);
  assert.deepEqual(await names(store), [desk]);
});

test("finishing again after a lost answer gives the same envelope and loses no photo", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const { draft, hall, desk } = await withPhotos(vault);
  await finalise(vault, draft, interviewOf(draft));
  const first = await envelopeOf(vault, draft);
  await finalise(vault, draft, interviewOf(draft));
  assert.deepEqual(await envelopeOf(vault, draft), first);
  assert.deepEqual(await names(store), [hall, desk].sort());
});

test("an interview cannot be finished without a photo it names, and stays a draft", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const draft = draftWith({ hall: `${"a".repeat(64)}.jpg` });
  await saveDraft(vault, draft);
  await assert.rejects(finalise(vault, draft, interviewOf(draft)), new NotSaved("attachment_lost"));
  assert.ok(await openDraft(vault, draft.instance_id));
});

test("a photo is not called kept when the disk is full or gives nothing back", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const { instance_id } = draftWith({});
  fillDisk("attachments");
  await assert.rejects(keepAttachment(vault, instance_id, photo("x")), { reason: "quota" });
  heal();
  emptyBeforeReading("attachments");
  await assert.rejects(keepAttachment(vault, instance_id, photo("x")), { reason: "not_read_back" });
});

test("photos stay as long as their record: until 30 days after its receipt", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const office = await newOffice();
  await meetReceiptKey(store, office.key);
  const { draft, hall, desk } = await withPhotos(vault);
  await finalise(vault, draft, interviewOf(draft));
  const { instance_id, revision, digest } = await envelopeOf(vault, draft);
  const receipt = await office.sign({ instance_id, revision, digest });
  assert.ok(await acceptReceipt(store, { instance_id, revision }, { receipt }));
  const end = Date.parse(receipt.received_at) + KEPT_AFTER_RECEIPT;
  await purgeDelivered(store, new Date(end - 1).toISOString());
  assert.deepEqual(await names(store), [hall, desk].sort());
  await purgeDelivered(store, new Date(end).toISOString());
  assert.deepEqual(await names(store), []);
});

test("a correction that is under way keeps the photos of the record it corrects", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const office = await newOffice();
  await meetReceiptKey(store, office.key);
  const { draft, hall, desk } = await withPhotos(vault);
  await finalise(vault, draft, interviewOf(draft));
  const second = { ...draft, revision: 2 };
  await saveDraft(vault, second);
  await saveDraft(vault, { ...second, answers: { hall } });
  assert.deepEqual(await names(store), [hall, desk].sort());
  const { instance_id, digest } = await envelopeOf(vault, draft);
  const receipt = await office.sign({ instance_id, revision: 1, digest });
  await acceptReceipt(store, { instance_id, revision: 1 }, { receipt });
  const end = Date.parse(receipt.received_at) + KEPT_AFTER_RECEIPT;
  await purgeDelivered(store, new Date(end).toISOString());
  assert.ok(await readAttachment(vault, instance_id, hall));
});

test("two vaults of one officer become one with every photo", async () => {
  const store = await newTablet();
  const [vault, other] = [await vaultOf(store), await vaultOf(store)];
  const { draft, hall } = await withPhotos(other);
  await absorb(vault, other);
  const kept = (await readAttachment(vault, draft.instance_id, hall))!;
  assert.equal(new TextDecoder().decode(kept.bytes), "hall");
});
