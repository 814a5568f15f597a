import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { unsent } from "../../../pwa/store/records/delivery.ts";
import { digestOf } from "../../../pwa/store/digest.ts";
import { hasDraft, listDrafts, openDraft, saveDraft } from "../../../pwa/store/records/drafts.ts";
import { envelopeOf, finalise, listOutbox, unsentCounts } from "../../../pwa/store/records/outbox.ts";
import { NotFound, NotSaved } from "../../../pwa/store/problems.ts";
import { setIdentity, unlock } from "../../../pwa/store/vault/vault.ts";
import { emptyBeforeReading, fillDisk, heal } from "./faults.ts";
import {
  AYSE,
  draftWith,
  finished,
  interviewOf,
  MEHMET,
  newTablet,
  sameTablet,
  vaultOf,
} from "./tablet.ts";

afterEach(heal);

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
  assert.deepEqual([(await listDrafts(vault)).length, (await listOutbox(vault)).length], [1, 0]);
  await finalise(vault, draft, interviewOf(draft));
  assert.deepEqual([(await listDrafts(vault)).length, (await listOutbox(vault)).length], [0, 1]);
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

test("what another tab saved since is neither sealed over nor deleted", async () => {
  const store = await newTablet();
  const first = await vaultOf(store);
  const draft = draftWith({ q1: "older" });
  await saveDraft(first, draft);
  const second = (await unlock(await sameTablet(store), AYSE))!;
  const there = await openDraft(second, draft.instance_id);
  await saveDraft(second, { ...there, answers: { q1: "newer" } });
  await assert.rejects(
    finalise(first, draft, interviewOf(draft)),
    (error: NotSaved) => error.reason === "changed_elsewhere",
  );
  assert.deepEqual(await listOutbox(first), []);
  const [kept] = await listDrafts(second);
  assert.deepEqual(kept!.answers, { q1: "newer" });
  await finalise(second, kept!, interviewOf(kept!));
  assert.match((await envelopeOf(second, kept!)).body, /newer/);
});

test("a record that another tab finished with other answers is not called this tab's", async () => {
  const store = await newTablet();
  const first = await vaultOf(store);
  const draft = draftWith({ q1: "here" });
  await saveDraft(first, draft);
  const second = (await unlock(await sameTablet(store), AYSE))!;
  const there = { ...(await openDraft(second, draft.instance_id)), answers: { q1: "there" } };
  await saveDraft(second, there);
  await finalise(second, there, interviewOf(there));
  await assert.rejects(
    finalise(first, draft, interviewOf(draft)),
    (error: NotSaved) => error.reason === "already_finalised",
  );
});

test("looking whether there is a draft does not count as having seen it", async () => {
  const store = await newTablet();
  const first = await vaultOf(store);
  const draft = draftWith({ q1: "older" });
  await saveDraft(first, draft);
  const second = (await unlock(await sameTablet(store), AYSE))!;
  await saveDraft(second, { ...(await openDraft(second, draft.instance_id)), answers: { q1: "newer" } });
  assert.equal(await hasDraft(first, draft.instance_id), true);
  await assert.rejects(saveDraft(first, draft), (error: NotSaved) => error.reason === "changed_elsewhere");
});
