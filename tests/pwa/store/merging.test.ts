import assert from "node:assert/strict";
import { test } from "node:test";
import { listDrafts, openDraft, saveDraft } from "../../../pwa/store/records/drafts.ts";
import { envelopeOf, finalise, listOutbox } from "../../../pwa/store/records/outbox.ts";
import { absorb } from "../../../pwa/store/records/merging.ts";
import { vaultsOf } from "../../../pwa/store/vault/vault.ts";
import { fillDisk, heal } from "./faults.ts";
import { draftWith, interviewOf, newTablet, vaultOf } from "./tablet.ts";

async function twoVaults() {
  const store = await newTablet();
  const [vault, other] = [await vaultOf(store), await vaultOf(store)];
  const [draft, record] = [draftWith({ q: "draft" }), draftWith({ q: "record" })];
  await saveDraft(other, draft);
  await finalise(other, record, interviewOf(record));
  const body = (await envelopeOf(other, record)).body;
  return { store, vault, other, record, body };
}

test("two vaults become one with every draft and every record, byte for byte", async () => {
  const { store, vault, other, record, body } = await twoVaults();
  await saveDraft(vault, draftWith({ q: "own" }));
  await absorb(vault, other);
  const answers = (await listDrafts(vault)).map((draft) => draft.answers["q"]);
  assert.deepEqual(answers.sort(), ["draft", "own"]);
  assert.equal((await listOutbox(vault)).length, 1);
  assert.equal((await envelopeOf(vault, record)).body, body);
  assert.deepEqual((await vaultsOf(store, "ayse.demir")).map((row) => row.id), [vault.row.id]);
});

test("a join that fails halfway changes nothing", async () => {
  const { store, vault, other, record, body } = await twoVaults();
  fillDisk("outbox");
  await assert.rejects(absorb(vault, other));
  heal();
  assert.deepEqual(await listDrafts(vault), []);
  assert.equal((await envelopeOf(other, record)).body, body);
  assert.equal((await vaultsOf(store, "ayse.demir")).length, 2);
});

test("what another tab saves while two vaults are joined is brought along", async () => {
  const { vault, other } = await twoVaults();
  const [draft] = await listDrafts(other);
  await openDraft(other, draft!.instance_id);
  const original = crypto.subtle.decrypt;
  // The first bytes that are resealed were read; just then the other tab saves.
  crypto.subtle.decrypt = async function (this: SubtleCrypto, ...given: Parameters<typeof original>) {
    crypto.subtle.decrypt = original;
    await saveDraft(other, { ...draft!, answers: { q: "newer" } });
    return original.apply(this, given);
  } as typeof original;
  await absorb(vault, other);
  assert.deepEqual((await listDrafts(vault)).map(({ answers }) => answers), [{ q: "newer" }]);
});
