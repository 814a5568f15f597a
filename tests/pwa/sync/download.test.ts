import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { meetReceiptKey, pinnedKey, readCatalogue, readForm, readVisits } from "../../../pwa/store/catalogue.ts";
import type { Store } from "../../../pwa/store/database.ts";
import { saveDraft } from "../../../pwa/store/records/drafts.ts";
import { listOutbox } from "../../../pwa/store/records/outbox.ts";
import { NotFound } from "../../../pwa/store/problems.ts";
import { downloadCatalogue } from "../../../pwa/sync/download.ts";
import { uploadRecords } from "../../../pwa/sync/upload.ts";
import { newOffice } from "../store/office.ts";
import { draftWith, newTablet, vaultOf } from "../store/tablet.ts";
import { atWork, interviews } from "./officer.ts";
import { FORM, newPeer, say, type Peer } from "./peer.ts";

const VERSION = "2026112101";
const visit = {
  ...{ code: "Z-06-01", round: "2026-1", title: { tr: "Ankara" }, province: "06", district: null },
  ...{ team: "A", planned_on: "2026-11-23", target: 20 },
};
let peer: Peer;
let store: Store;
beforeEach(async () => {
  peer = await newPeer();
  store = await newTablet();
});
afterEach(() => peer.close());

test("a tablet where nobody ever signed in gets forms and key, so that it can work offline", async () => {
  const download = await downloadCatalogue(peer.server, store, null);
  assert.deepEqual(download, {
    ...{ kind: "done", serverTime: peer.serverTime },
    ...{ isKeyChanged: false, isRecognised: false },
  });
  assert.equal((await readForm(store, FORM, VERSION)).version, VERSION);
  assert.deepEqual((await pinnedKey(store))!.trusted, peer.office.key);
});

test("a form that is here already is not fetched again", async () => {
  await downloadCatalogue(peer.server, store, null);
  peer.requests.length = 0;
  await downloadCatalogue(peer.server, store, null);
  assert.deepEqual(peer.requests.map(({ path }) => path), ["/api/v1/catalogue"]);
});

test("an officer's visits come with the session", async () => {
  peer.visits = [visit];
  const session = await atWork(store, peer);
  const download = await downloadCatalogue(peer.server, store, session);
  assert.equal(download.kind === "done" && download.isRecognised, true);
  assert.deepEqual(await readVisits(session.vault), [visit]);
});

test("a token that ran out brings the public part and does not empty the visits", async () => {
  peer.visits = [visit];
  const session = await atWork(store, peer);
  await downloadCatalogue(peer.server, store, session);
  peer.tokens.clear();
  const download = await downloadCatalogue(peer.server, store, session);
  assert.equal(download.kind === "done" && download.isRecognised, false);
  assert.deepEqual(await readVisits(session.vault), [visit]);
});

test("a form with other bytes than promised is not taken, and the old catalogue stands", async () => {
  await downloadCatalogue(peer.server, store, null);
  peer.forms.set("2026120101", "{}");
  peer.disturb = ({ path }, response) =>
    path.endsWith("2026120101") && say(response, 200, "application/json", "{ }");
  assert.equal((await downloadCatalogue(peer.server, store, null)).kind, "failed");
  await assert.rejects(readForm(store, FORM, "2026120101"), NotFound);
  assert.deepEqual((await readCatalogue(store))!.forms.map((form) => form.version), [VERSION]);
  peer.disturb = null;
  assert.equal((await downloadCatalogue(peer.server, store, null)).kind, "done");
  assert.equal((await readCatalogue(store))!.forms.length, 2);
});

test("when the form version changes, a draft keeps the one it was started with", async () => {
  await downloadCatalogue(peer.server, store, null);
  await saveDraft(await vaultOf(store), draftWith({ q1: "1" }, { form_version: VERSION }));
  const changed = JSON.stringify({ id: FORM, version: "2026120101", body: [] });
  peer.forms = new Map([["2026120101", changed]]);
  await downloadCatalogue(peer.server, store, null);
  assert.deepEqual((await readCatalogue(store))!.forms.map((form) => form.version), ["2026120101"]);
  assert.equal((await readForm(store, FORM, VERSION)).version, VERSION);
  assert.equal((await readForm(store, FORM, "2026120101")).version, "2026120101");
});

test("a form version stays while an interview may just be beginning with it, then it is removed", async () => {
  await downloadCatalogue(peer.server, store, null);
  peer.forms = new Map([["2026120101", JSON.stringify({ id: FORM, version: "2026120101" })]]);
  await downloadCatalogue(peer.server, store, null);
  await downloadCatalogue(peer.server, store, null);
  assert.equal((await readForm(store, FORM, VERSION)).version, VERSION);
  peer.forms = new Map([["2026120102", JSON.stringify({ id: FORM, version: "2026120102" })]]);
  await downloadCatalogue(peer.server, store, null);
  await assert.rejects(readForm(store, FORM, VERSION), NotFound);
  assert.equal((await readForm(store, FORM, "2026120101")).version, "2026120101");
});

test("another receipt key is reported and not believed", async () => {
  await downloadCatalogue(peer.server, store, null);
  const trusted = peer.office.key;
  peer.office = await newOffice("another");
  const download = await downloadCatalogue(peer.server, store, null);
  assert.equal(download.kind === "done" && download.isKeyChanged, true);
  assert.deepEqual(await pinnedKey(store), { trusted, offered: peer.office.key });
});

test("a captive portal's page, a problem or a wrong shape change nothing", async () => {
  await downloadCatalogue(peer.server, store, null);
  const before = await readCatalogue(store);
  for (const [status, type, text] of [
    [200, "text/html", "<h1>Hoş geldiniz</h1>"],
    [200, "application/json", '{"forms":[]}'],
    [503, "application/problem+json", '{"code":"busy"}'],
  ] as const) {
    peer.disturb = (_request, response) => say(response, status, type, text);
    assert.equal((await downloadCatalogue(peer.server, store, null)).kind, "failed");
    assert.deepEqual(await readCatalogue(store), before);
  }
});

test("a form is never fetched from outside the server's API", async () => {
  peer.disturb = async ({ path }, response, honest) => {
    if (path !== "/api/v1/catalogue") return false;
    const value = (await honest()).value as { forms: object[] };
    const forms = value.forms.map((form) => ({ ...form, url: "//elsewhere.example/form" }));
    return say(response, 200, "application/json", JSON.stringify({ ...value, forms }));
  };
  assert.equal((await downloadCatalogue(peer.server, store, null)).kind, "failed");
  assert.equal(peer.requests.length, 1);
});

test("an officer's tablet shows the newest receipt it holds, and nobody else's does", async () => {
  const session = await atWork(store, peer);
  await meetReceiptKey(store, peer.office.key);
  await downloadCatalogue(peer.server, store, session);
  assert.equal(shown(), undefined);
  await interviews(session, 2);
  await uploadRecords(peer.server, session);
  await downloadCatalogue(peer.server, store, session);
  const receipts = (await listOutbox(session.vault)).map(({ receipt }) => receipt);
  assert.ok(receipts.some((receipt) => JSON.stringify(receipt) === shown()));
  await downloadCatalogue(peer.server, store, null);
  assert.equal(shown(), undefined);
});

/** What the last request for the catalogue said of it. */
function shown(): string | undefined {
  return peer.requests.filter(({ path }) => path === "/api/v1/catalogue").at(-1)?.witness;
}
