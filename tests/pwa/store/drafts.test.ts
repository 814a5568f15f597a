import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { read } from "../../../pwa/store/database.ts";
import {
  discardDraft,
  listDrafts,
  openDraft,
  saveDraft,
} from "../../../pwa/store/records/drafts.ts";
import { finalise, listOutbox } from "../../../pwa/store/records/outbox.ts";
import { NotFound, NotSaved } from "../../../pwa/store/problems.ts";
import { unlock } from "../../../pwa/store/vault/vault.ts";
import { emptyBeforeReading, fillDisk, heal, refuseTransactions, watchTransactions } from "./faults.ts";
import {
  AYSE,
  draftWith,
  evict,
  interviewOf,
  MEHMET,
  newTablet,
  rawBytes,
  sameTablet,
  tamper,
  vaultOf,
} from "./tablet.ts";

afterEach(heal);

const refused = (reason: string) => (error: unknown) =>
  error instanceof NotSaved && error.reason === reason;

test("every answer said to be saved is there after the browser was killed", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const draft = draftWith({});
  for (let answered = 1; answered <= 5; answered += 1) {
    await saveDraft(vault, { ...draft, answers: { q: String(answered) }, page: `p${answered}` });
    const again = (await unlock(await sameTablet(store), AYSE))!;
    const { answers, page } = await openDraft(again, draft.instance_id);
    assert.deepEqual([answers, page], [{ q: String(answered) }, `p${answered}`]);
  }
});

test("answers are written with strict durability", async () => {
  const vault = await vaultOf(await newTablet());
  const begun = watchTransactions();
  const draft = draftWith({ q1: "1" });
  await saveDraft(vault, draft);
  await finalise(vault, draft, interviewOf(draft));
  const writes = begun.filter(({ mode }) => mode === "readwrite");
  assert.ok(writes.some(({ names }) => names.includes("drafts")));
  assert.deepEqual([...new Set(writes.map(({ durability }) => durability))], ["strict"]);
});

test("saves in a hurry are merged, and each caller hears saved only for its own or newer answers", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const reader = (await unlock(await sameTablet(store), AYSE))!;
  const begun = watchTransactions();
  const draft = draftWith({});
  const heard: number[] = [];
  const saves = Array.from({ length: 40 }, async (_, answered) => {
    await saveDraft(vault, { ...draft, answers: { n: String(answered) } });
    const { answers } = await openDraft(reader, draft.instance_id);
    assert.ok(Number(answers["n"]) >= answered);
    heard.push(answered);
  });
  await Promise.all(saves);
  assert.equal(heard.length, 40);
  assert.equal((await openDraft(vault, draft.instance_id)).answers["n"], "39");
  assert.equal(begun.filter(({ mode }) => mode === "readwrite").length, 2);
});

test("a save asked for in the very moment another one ends never writes older answers", async () => {
  const vault = await vaultOf(await newTablet());
  const draft = draftWith({});
  const at = (n: number) => ({ ...draft, answers: { n: String(n) } });
  for (let n = 0; n < 30; n += 3) {
    const first = saveDraft(vault, at(n));
    const waiting = saveDraft(vault, at(n + 1));
    const last = first.then(() => saveDraft(vault, at(n + 2)));
    await Promise.all([first, waiting, last]);
    assert.equal((await openDraft(vault, draft.instance_id)).answers["n"], String(n + 2));
  }
});

test("answers changed after the call do not slip into a save that still waits", async () => {
  const vault = await vaultOf(await newTablet());
  const draft = draftWith({ q1: "1" });
  const saves = [saveDraft(vault, draft), saveDraft(vault, draft)];
  draft.answers["q1"] = "2";
  await Promise.all(saves);
  assert.equal((await openDraft(vault, draft.instance_id)).answers["q1"], "1");
});

test("a full disk is told, nothing is called saved, and the earlier answers stay", async () => {
  const vault = await vaultOf(await newTablet());
  const draft = draftWith({ q1: "1" });
  await saveDraft(vault, draft);
  fillDisk("drafts");
  await assert.rejects(saveDraft(vault, { ...draft, answers: { q1: "2" } }), refused("quota"));
  heal();
  assert.equal((await openDraft(vault, draft.instance_id)).answers["q1"], "1");
  await saveDraft(vault, { ...draft, answers: { q1: "3" } });
  assert.equal((await openDraft(vault, draft.instance_id)).answers["q1"], "3");
});

test("a save whose bytes do not come back is not called saved", async () => {
  const vault = await vaultOf(await newTablet());
  emptyBeforeReading("drafts");
  await assert.rejects(saveDraft(vault, draftWith({ q1: "1" })), refused("not_read_back"));
});

test("a lost connection is opened again and the save succeeds", async () => {
  const vault = await vaultOf(await newTablet());
  let losses = 2;
  refuseTransactions((_names, mode) =>
    mode === "readwrite" && losses-- > 0
      ? new DOMException("Connection to Indexed Database server lost", "UnknownError")
      : null,
  );
  const draft = draftWith({ q1: "1" });
  await saveDraft(vault, draft);
  assert.equal((await openDraft(vault, draft.instance_id)).answers["q1"], "1");
  assert.ok(losses < 0);
});

test("a connection that stays lost is told", async () => {
  const vault = await vaultOf(await newTablet());
  refuseTransactions(() => new DOMException("closing", "InvalidStateError"));
  await assert.rejects(saveDraft(vault, draftWith({})), refused("connection_lost"));
});

test("of two tabs on one draft the second is told instead of overwriting the first", async () => {
  const store = await newTablet();
  const left = await vaultOf(store);
  const draft = draftWith({ q1: "1" });
  await saveDraft(left, draft);
  const right = (await unlock(await sameTablet(store), AYSE))!;
  await openDraft(right, draft.instance_id);
  await saveDraft(right, { ...draft, answers: { q1: "right" } });
  const stale = { ...draft, answers: { q1: "left" } };
  await assert.rejects(saveDraft(left, stale), refused("changed_elsewhere"));
  assert.equal((await openDraft(left, draft.instance_id)).answers["q1"], "right");
  await saveDraft(left, { ...draft, answers: { q1: "left, knowingly" } });
});

test("a late save does not bring a finalised draft back", async () => {
  const vault = await vaultOf(await newTablet());
  const draft = draftWith({ q1: "1" });
  await saveDraft(vault, draft);
  await finalise(vault, draft, interviewOf(draft));
  await assert.rejects(saveDraft(vault, draft), refused("already_finalised"));
  assert.deepEqual(await listDrafts(vault), []);
});

test("a correction of a finalised record is a draft of the next revision", async () => {
  const vault = await vaultOf(await newTablet());
  const draft = draftWith({ q1: "1" });
  await finalise(vault, draft, interviewOf(draft));
  const correction = { ...draft, revision: 2, answers: { q1: "2" } };
  await saveDraft(vault, correction);
  await finalise(vault, correction, interviewOf(correction));
  const revisions = (await listOutbox(vault)).map((item) => item.revision);
  assert.deepEqual(revisions.sort(), [1, 2]);
});

test("several drafts live side by side, the latest first", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_000 });
  const vault = await vaultOf(await newTablet());
  const drafts = [draftWith({}, { title: "Kars" }), draftWith({}, { title: "Muş" })];
  for (const draft of drafts) {
    await saveDraft(vault, draft);
    t.mock.timers.tick(1);
  }
  assert.deepEqual((await listDrafts(vault)).map((draft) => draft.title), ["Muş", "Kars"]);
});

test("discarding removes one draft and no other", async () => {
  const vault = await vaultOf(await newTablet());
  const [kept, gone] = [draftWith({ q: "kept" }), draftWith({ q: "gone" })];
  await Promise.all([saveDraft(vault, kept), saveDraft(vault, gone)]);
  await discardDraft(vault, gone.instance_id);
  assert.deepEqual((await listDrafts(vault)).map((draft) => draft.answers["q"]), ["kept"]);
  await assert.rejects(openDraft(vault, gone.instance_id), NotFound);
});

test("another officer on the tablet sees no draft and can neither open nor discard one", async () => {
  const store = await newTablet();
  const ayse = await vaultOf(store, AYSE);
  const draft = draftWith({ q1: "1" });
  await saveDraft(ayse, draft);
  const mehmet = await vaultOf(store, MEHMET);
  assert.deepEqual(await listDrafts(mehmet), []);
  await assert.rejects(openDraft(mehmet, draft.instance_id), NotFound);
  await discardDraft(mehmet, draft.instance_id);
  assert.equal((await openDraft(ayse, draft.instance_id)).answers["q1"], "1");
});

test("nothing an officer or a citizen said lies on the tablet in plain text", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const secret = { title: "CANARY title", page: "CANARY page", paradata: { note: "CANARY para" } };
  const canaries = Array.from({ length: 20 }, (_, n) => `CANARY-ş-${n}`);
  for (const canary of canaries) {
    const draft = draftWith({ soz: canary }, secret);
    await saveDraft(vault, draft);
    if (canary.endsWith("7")) await finalise(vault, draft, interviewOf(draft));
  }
  const bytes = await rawBytes(store);
  assert.ok(bytes.length > 5000 && bytes.includes("A_vatandas_gorusme"));
  assert.ok(!bytes.includes("CANARY"));
  assert.ok(!bytes.includes(Buffer.from("CANARY", "utf16le")));
});

test("every save has a fresh nonce", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const draft = draftWith({ q1: "1" });
  const nonces = new Set<string>();
  for (let n = 0; n < 20; n += 1) {
    await saveDraft(vault, draft);
    const row = await read(store, (connection) => connection.get("drafts", draft.instance_id));
    assert.equal(row!.sealed.iv.length, 12);
    nonces.add(Buffer.from(row!.sealed.iv).toString("hex"));
  }
  assert.equal(nonces.size, 20);
});

test("a sealed draft put under another id does not open", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const [first, second] = [draftWith({ q: "first" }), draftWith({ q: "second" })];
  await Promise.all([saveDraft(vault, first), saveDraft(vault, second)]);
  const row = await read(store, (connection) => connection.get("drafts", first.instance_id));
  await tamper(store, "drafts", (target) => ({ ...target, sealed: row!.sealed }));
  assert.equal((await openDraft(vault, first.instance_id)).answers["q"], "first");
  await assert.rejects(openDraft(vault, second.instance_id), { name: "OperationError" });
});

test("after the browser threw the site's data away, the open interview is saved whole again", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const draft = draftWith({ q1: "1" });
  await saveDraft(vault, draft);
  await evict(store);
  await saveDraft(vault, { ...draft, answers: { q1: "1", q2: "2" } });
  const again = (await unlock(await sameTablet(store), AYSE))!;
  assert.deepEqual((await openDraft(again, draft.instance_id)).answers, { q1: "1", q2: "2" });
});
