import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalogue, FormSummary } from "../../../pwa/generated/schemas.ts";
import {
  dropUnneededForms,
  meetReceiptKey,
  missingForms,
  pinnedKey,
  readCatalogue,
  readForm,
  readVisits,
  saveCatalogue,
  saveForm,
  saveVisits,
  trustOfferedKey,
} from "../../../pwa/store/catalogue.ts";
import { digestOf } from "../../../pwa/store/digest.ts";
import { discardDraft, saveDraft } from "../../../pwa/store/records/drafts.ts";
import { finalise } from "../../../pwa/store/records/outbox.ts";
import { NotFound } from "../../../pwa/store/problems.ts";
import { newOffice } from "./office.ts";
import { draftWith, interviewOf, MEHMET, newTablet, rawBytes, sameTablet, vaultOf } from "./tablet.ts";

const ID = "A_vatandas_gorusme";
const definition = (version: string) => JSON.stringify({ id: ID, version, body: [] });

async function summary(version: string): Promise<FormSummary> {
  const digest = await digestOf(definition(version));
  const url = `/api/v1/forms/${ID}/${version}`;
  return { id: ID, version, title: { tr: "Görüşme" }, digest, url };
}

async function catalogueOf(...versions: string[]): Promise<Catalogue> {
  const forms = await Promise.all(versions.map(summary));
  const receipt_key = (await newOffice()).key;
  return { server_time: "2026-11-21T08:00:00.000Z", forms, receipt_key };
}

test("a new tablet knows no forms and says so", async () => {
  const store = await newTablet();
  assert.equal(await readCatalogue(store), null);
  await assert.rejects(readForm(store, ID, "1"), NotFound);
});

test("a stored form is read back after a restart, with no officer signed in", async () => {
  const store = await newTablet();
  const catalogue = await catalogueOf("1");
  assert.deepEqual(await missingForms(store, catalogue.forms), catalogue.forms);
  assert.equal(await saveForm(store, catalogue.forms[0]!, definition("1")), true);
  await saveCatalogue(store, catalogue);
  const again = await sameTablet(store);
  assert.equal((await readForm(again, ID, "1")).version, "1");
  assert.deepEqual((await readCatalogue(again))!.forms, catalogue.forms);
  assert.deepEqual(await missingForms(again, catalogue.forms), []);
});

test("a form whose bytes are not the promised ones is not stored", async () => {
  const store = await newTablet();
  assert.equal(await saveForm(store, await summary("1"), definition("1") + " "), false);
  await assert.rejects(readForm(store, ID, "1"), NotFound);
});

test("an old form version stays while a draft or a record of any officer needs it", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store, MEHMET);
  for (const version of ["1", "2", "3", "4"]) {
    await saveForm(store, await summary(version), definition(version));
  }
  const draft = draftWith({}, { form_version: "1" });
  await saveDraft(vault, draft);
  const finished = draftWith({}, { form_version: "2" });
  await finalise(vault, finished, interviewOf(finished));
  await saveCatalogue(store, await catalogueOf("4"));
  await dropUnneededForms(store);
  for (const version of ["1", "2", "4"]) {
    assert.equal((await readForm(store, ID, version)).version, version);
  }
  await assert.rejects(readForm(store, ID, "3"), NotFound);
  await discardDraft(vault, draft.instance_id);
  await dropUnneededForms(store);
  await assert.rejects(readForm(store, ID, "1"), NotFound);
});

test("the first receipt key is trusted, a different one later is only noted", async () => {
  const store = await newTablet();
  const [first, second] = [await newOffice("one"), await newOffice("two")];
  assert.equal((await meetReceiptKey(store, first.key)).offered, null);
  assert.deepEqual(await meetReceiptKey(store, second.key), {
    trusted: first.key,
    offered: second.key,
  });
  assert.equal((await meetReceiptKey(store, first.key)).offered, null);
});

test("a different key under the same name is a different key", async () => {
  const store = await newTablet();
  const [first, second] = [await newOffice("one"), await newOffice("one")];
  await meetReceiptKey(store, first.key);
  assert.deepEqual((await meetReceiptKey(store, second.key)).offered, second.key);
});

test("only a key that was offered can be trusted, and only by name", async () => {
  const store = await newTablet();
  const [first, second] = [await newOffice("one"), await newOffice("two")];
  await meetReceiptKey(store, first.key);
  await assert.rejects(trustOfferedKey(store, "two"), NotFound);
  await meetReceiptKey(store, second.key);
  await assert.rejects(trustOfferedKey(store, "three"), NotFound);
  await trustOfferedKey(store, "two");
  assert.deepEqual(await pinnedKey(store), { trusted: second.key, offered: null });
});

test("an officer's visits are kept encrypted and are nobody else's", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const visit = {
    ...{ code: "Z-06-01", round: "2026-1", title: { tr: "CANARY ziyaret" }, province: "06" },
    ...{ district: null, team: "A", planned_on: "2026-11-23", target: 20 },
  };
  await saveVisits(vault, [visit]);
  assert.deepEqual(await readVisits(vault), [visit]);
  assert.ok(!(await rawBytes(store)).includes("CANARY"));
  assert.deepEqual(await readVisits(await vaultOf(store, MEHMET)), []);
});
