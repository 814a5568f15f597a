import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { keyOf, vaultsOf } from "../../../pwa/store/vault/vault.ts";
import {
  confirmIdentity,
  endSession,
  openWithPrevious,
  renew,
  signIn,
  startAnew,
  startOffline,
} from "../../../pwa/sync/session.ts";
import type { Away } from "../../../pwa/sync/stopping.ts";
import { listDrafts, saveDraft } from "../../../pwa/store/records/drafts.ts";
import { AYSE, draftWith, MEHMET, newTablet, sameTablet, vaultOf } from "../store/tablet.ts";
import { atWork, interviews, states } from "./officer.ts";
import { newPeer, say, type Disturbance, type Peer } from "./peer.ts";

let peer: Peer;
beforeEach(async () => {
  peer = await newPeer();
});
afterEach(() => peer.close());

const NEW = "bambaşka bir parola";
const silent: Disturbance = (_request, response) => {
  response.destroy();
  return true;
};
const portal: Disturbance = (_request, response) =>
  say(response, 200, "text/html", "<h1>Otel internetine hoş geldiniz</h1>");

test("the first sign-in with network makes a confirmed vault", async () => {
  const session = await atWork(await newTablet(), peer);
  assert.equal(session.vault.row.identity, "confirmed");
  assert.equal(session.vault.row.officer?.username, AYSE.username);
  assert.equal(await renew(peer.server, session), "ready");
  assert.equal(peer.requests.length, 1);
});

test("after that the vault opens without asking the server anything", async () => {
  const store = await newTablet();
  await atWork(store, peer);
  peer.requests.length = 0;
  const session = await atWork(await sameTablet(store), peer);
  assert.equal(session.vault.row.identity, "confirmed");
  assert.deepEqual(peer.requests, []);
});

test("a wrong password that the server refuses makes no vault", async () => {
  const store = await newTablet();
  const outcome = await signIn(store, peer.server, { ...AYSE, password: "yanlış" });
  assert.deepEqual(outcome, { kind: "wrong_credentials" });
  assert.deepEqual(await vaultsOf(store, AYSE.username), []);
});

test("a wrong password without network opens nothing where the officer is known", async () => {
  const store = await newTablet();
  await atWork(store, peer);
  peer.disturb = silent;
  const outcome = await signIn(store, peer.server, { ...AYSE, password: "yanlış" });
  assert.deepEqual(outcome, { kind: "wrong_passphrase", why: "unreachable" });
});

const problem = (status: number, code: string): Disturbance =>
  (_request, response) => say(response, status, "application/problem+json", JSON.stringify({ code }));

for (const [name, disturbance, why] of [
  ["no network", silent, "unreachable"],
  ["a captive portal", portal, "portal"],
  ["a captive portal that says what it is", (_q, r) => say(r, 511, "text/html", "login"), "portal"],
  ["a portal's own 401 page", (_q, r) => say(r, 401, "text/html", "login"), "unreachable"],
  ["a 200 in JSON that is not the protocol", (_q, r) => say(r, 200, "application/json", '{"ok":true}'), "unreachable"],
  ["a proxy without its server", (_q, r) => say(r, 502, "text/html", "<h1>Bad Gateway</h1>"), "down"],
  ["a server in trouble", problem(503, "busy"), "busy"],
  ["an error of the server", problem(500, "unexpected"), "busy"],
  ["too many of one network at once", problem(429, "too_many_at_once"), "busy"],
  ["a server whose disk is full", problem(507, "storage_full"), "full"],
] as [string, Disturbance, Away][]) {
  test(`${name} at the first sign-in leads to a local start and is told as ${why}, never as a refusal`, async () => {
    peer.disturb = disturbance;
    const store = await newTablet();
    assert.deepEqual(await signIn(store, peer.server, AYSE), { kind: "first_offline", why });
    assert.deepEqual(await startAnew(store, peer.server, AYSE), { kind: "not_started", why });
    assert.equal(await renew(peer.server, await startOffline(store, AYSE)), why);
  });
}

test("too many attempts are told with the seconds to wait", async () => {
  peer.disturb = (_request, response) => {
    response.setHeader("Retry-After", "42");
    return say(response, 429, "application/problem+json", '{"code":"too_many_attempts"}');
  };
  const outcome = await signIn(await newTablet(), peer.server, AYSE);
  assert.deepEqual(outcome, { kind: "too_many_attempts", seconds: 42 });
});

test("a local start is confirmed by itself at the next connection", async () => {
  const session = await startOffline(await newTablet(), AYSE);
  peer.disturb = silent;
  assert.equal(await renew(peer.server, session), "unreachable");
  assert.equal(session.vault.row.identity, "unconfirmed");
  peer.disturb = null;
  assert.equal(await renew(peer.server, session), "ready");
  assert.equal(session.vault.row.identity, "confirmed");
});

test("a refused identity keeps every record and is not asked again until new credentials come", async () => {
  const session = await startOffline(await newTablet(), { ...AYSE, password: "yanlış parola" });
  await interviews(session, 2);
  assert.equal(await renew(peer.server, session), "refused");
  assert.deepEqual(await states(session), { "refused-identity": 2 });
  peer.requests.length = 0;
  assert.equal(await renew(peer.server, session), "refused");
  assert.deepEqual(peer.requests, []);
  assert.equal(await confirmIdentity(peer.server, session, AYSE), "ready");
  assert.deepEqual(await states(session), { waiting: 2 });
});

test("after a correction the vault opens under the right name and password only", async () => {
  const store = await newTablet();
  const session = await startOffline(store, { username: "ayse", password: "yanlış parola" });
  await saveDraft(session.vault, draftWith({ q1: "1" }));
  await renew(peer.server, session);
  await confirmIdentity(peer.server, session, AYSE);
  const again = await atWork(await sameTablet(store), peer);
  assert.equal((await listDrafts(again.vault)).length, 1);
  assert.deepEqual(await vaultsOf(store, "ayse"), []);
  peer.disturb = silent;
  const old = await signIn(store, peer.server, { ...AYSE, password: "yanlış parola" });
  assert.equal(old.kind, "wrong_passphrase");
});

test("a name mistyped offline does not split the officer's records in two", async () => {
  const store = await newTablet();
  await saveDraft((await atWork(store, peer)).vault, draftWith({ q: "first" }));
  const mistyped = await startOffline(store, { ...AYSE, username: "ayse.demri" });
  await saveDraft(mistyped.vault, draftWith({ q: "second" }));
  assert.equal(await renew(peer.server, mistyped), "refused");
  assert.equal(await confirmIdentity(peer.server, mistyped, AYSE), "ready");
  const again = await atWork(await sameTablet(store), peer);
  const answers = (await listDrafts(again.vault)).map((draft) => draft.answers["q"]);
  assert.deepEqual(answers.sort(), ["first", "second"]);
  assert.equal((await vaultsOf(store, AYSE.username)).length, 1);
});

test("a password changed at the centre opens the vault once the previous one is typed", async () => {
  const store = await newTablet();
  const { vault } = await atWork(store, peer);
  await saveDraft(vault, draftWith({ q1: "1" }));
  peer.passwords.set(AYSE.username, NEW);
  const changed = { ...AYSE, password: NEW };
  assert.deepEqual(await signIn(store, peer.server, changed), { kind: "password_changed" });
  const wrong = await openWithPrevious(store, peer.server, { ...changed, previous: "hayır" });
  assert.deepEqual(wrong, { kind: "wrong_previous" });
  const outcome = await openWithPrevious(store, peer.server, { ...changed, previous: AYSE.password });
  assert.equal(outcome.kind, "signed_in");
  const again = await atWork(await sameTablet(store), peer, changed);
  assert.equal((await listDrafts(again.vault)).length, 1);
});

test("an officer who forgot the previous password starts anew, and the old vault stays", async () => {
  const store = await newTablet();
  const old = await atWork(store, peer);
  await interviews(old, 1);
  peer.passwords.set(AYSE.username, NEW);
  const outcome = await startAnew(store, peer.server, { ...AYSE, password: NEW });
  assert.equal(outcome.kind, "signed_in");
  const found = await atWork(store, peer, AYSE);
  assert.deepEqual(await states(found), { waiting: 1 });
});

test("the server's word about another officer is not taken for this one's", async () => {
  peer.disturb = async (_request, response, honest) => {
    const { value } = (await honest()) as { value: { officer: object } };
    const other = { ...value, officer: { ...value.officer, username: MEHMET.username } };
    return say(response, 200, "application/json", JSON.stringify(other));
  };
  const session = await startOffline(await newTablet(), AYSE);
  assert.equal(await renew(peer.server, session), "unreachable");
  assert.deepEqual([session.token, session.vault.row.identity], [null, "unconfirmed"]);
});

test("ending a session empties it, ends the server's, and keeps the records", async () => {
  const store = await newTablet();
  const session = await atWork(store, peer);
  await interviews(session, 1);
  assert.equal(peer.tokens.size, 1);
  await endSession(peer.server, session);
  assert.deepEqual([session.password, session.token, peer.tokens.size], [null, null, 0]);
  assert.throws(() => keyOf(session.vault), { reason: "locked" });
  assert.equal(await renew(peer.server, session), "refused");
  assert.deepEqual(await states(await atWork(store, peer)), { waiting: 1 });
});

test("a session ends without network too", async () => {
  const session = await atWork(await newTablet(), peer);
  peer.disturb = silent;
  await endSession(peer.server, session);
  assert.throws(() => keyOf(session.vault));
});

test("two officers on one tablet have a vault and a token each", async () => {
  const store = await newTablet();
  const [ayse, mehmet] = [await atWork(store, peer), await atWork(store, peer, MEHMET)];
  assert.notEqual(ayse.vault.row.id, mehmet.vault.row.id);
  assert.deepEqual([...peer.tokens.values()], [AYSE.username, MEHMET.username]);
  assert.ok(await vaultOf(store));
});
