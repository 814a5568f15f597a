import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { pinnedKey, readCatalogue, trustOfferedKey } from "../../../pwa/store/catalogue.ts";
import type { Store } from "../../../pwa/store/database.ts";
import { startOffline } from "../../../pwa/sync/session.ts";
import { synchronise } from "../../../pwa/sync/synchronise.ts";
import type { StoreName } from "../../../pwa/store/schema.ts";
import { answerLikeWebKit, fillDisk, heal, refuseTransactions } from "../store/faults.ts";
import { newOffice } from "../store/office.ts";
import { AYSE, MEHMET, newTablet, sameTablet, tamper } from "../store/tablet.ts";
import { atWork, interviews, states } from "./officer.ts";
import { newPeer, say, type Peer } from "./peer.ts";

let peer: Peer;
let store: Store;
beforeEach(async () => {
  peer = await newPeer();
  store = await newTablet();
});
afterEach(() => {
  heal();
  return peer.close();
});

const asked = (path: string) => peer.requests.filter((request) => request.path === path).length;

test("the first load brings the forms before anybody has signed in", async () => {
  const outcome = await synchronise(store, peer.server, null);
  assert.deepEqual([outcome.kind, outcome.left], ["done", 0]);
  assert.equal((await readCatalogue(store))!.forms.length, 1);
});

test("one round brings forms down and records up", async () => {
  const session = await atWork(store, peer);
  await interviews(session, 3);
  const outcome = await synchronise(store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.delivered, outcome.left], ["done", 3, 0]);
  assert.deepEqual(await states(session), { delivered: 3 });
});

test("without network everything waits and is counted", async () => {
  const session = await atWork(store, peer);
  await interviews(session, 2);
  peer.disturb = (_request, response) => Boolean(response.destroy());
  const outcome = await synchronise(store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.delivered, outcome.left], ["unreachable", 0, 2]);
});

test("an officer who started offline is confirmed first, then the records go", async () => {
  const session = await startOffline(store, AYSE);
  await interviews(session, 2);
  const outcome = await synchronise(store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.delivered], ["done", 2]);
  const order = peer.requests.map(({ path }) => path);
  assert.ok(order.indexOf("/api/v1/session") < order.indexOf("/api/v1/submissions"));
});

test("of an officer who is refused not one record leaves the tablet, and none is lost", async () => {
  const session = await startOffline(store, { ...AYSE, password: "yanlış" });
  await interviews(session, 2);
  const outcome = await synchronise(store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.left, asked("/api/v1/submissions")], ["refused", 2, 0]);
  assert.deepEqual(await states(session), { "refused-identity": 2 });
});

test("a server session that ran out is renewed by itself within the round", async () => {
  const session = await atWork(store, peer);
  await synchronise(store, peer.server, session);
  await interviews(session, 1);
  peer.tokens.clear();
  const outcome = await synchronise(store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.delivered], ["done", 1]);
  assert.equal(asked("/api/v1/session"), 2);
});

test("a session that runs out between catalogue and upload is renewed too", async () => {
  const session = await atWork(store, peer);
  await interviews(session, 1);
  peer.disturb = ({ path }) => {
    if (path === "/api/v1/submissions") {
      peer.tokens.clear();
      peer.disturb = null;
    }
    return false;
  };
  assert.equal((await synchronise(store, peer.server, session)).delivered, 1);
});

test("a server that takes no token ends the round instead of signing in for ever", async () => {
  const session = await atWork(store, peer);
  await interviews(session, 1);
  peer.disturb = () => {
    peer.tokens.clear();
    return false;
  };
  const outcome = await synchronise(store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.left], ["busy", 1]);
  assert.ok(asked("/api/v1/session") <= 2);
});

test("a changed receipt key is reported; records wait until a person trusts it", async () => {
  const session = await atWork(store, peer);
  await synchronise(store, peer.server, session);
  peer.office = await newOffice("another");
  await interviews(session, 1);
  const before = await synchronise(store, peer.server, session);
  assert.deepEqual([before.isKeyChanged, before.delivered, before.left], [true, 0, 1]);
  await trustOfferedKey(store, (await pinnedKey(store))!.offered!.key_id);
  const after = await synchronise(store, peer.server, session);
  assert.deepEqual([after.isKeyChanged, after.delivered, after.left], [false, 1, 0]);
});

test("records of each officer go under that officer's own token", async () => {
  const [ayse, mehmet] = [await atWork(store, peer), await atWork(store, peer, MEHMET)];
  await interviews(ayse, 1);
  await interviews(mehmet, 2);
  const outcome = await synchronise(store, peer.server, mehmet);
  assert.deepEqual([outcome.delivered, await states(ayse)], [2, { waiting: 1 }]);
  const [request] = peer.requests.filter(({ path }) => path === "/api/v1/submissions");
  assert.equal(peer.tokens.get(request!.token!), MEHMET.username);
});

test("of two tabs one sends, the other hears that it is being done", async () => {
  const session = await atWork(store, peer);
  await interviews(session, 5);
  const other = await sameTablet(store);
  const twin = await atWork(other, peer);
  const outcomes = await Promise.all([
    synchronise(store, peer.server, session),
    synchronise(other, peer.server, twin),
  ]);
  assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ["done", "elsewhere"]);
  assert.equal(asked("/api/v1/submissions"), 1);
  assert.deepEqual(await states(session), { delivered: 5 });
});

test("a tab that was killed while sending leaves records that wait, not records that are lost", async () => {
  const session = await atWork(store, peer);
  const [envelope] = await interviews(session, 1);
  peer.disturb = async ({ path }, response, honest) => {
    if (path !== "/api/v1/submissions") return false;
    await honest();
    response.destroy();
    return true;
  };
  await synchronise(store, peer.server, session);
  assert.ok(peer.stored.has(`${envelope!.instance_id}/1`));
  peer.disturb = null;
  const again = await atWork(await sameTablet(store), peer);
  assert.deepEqual(await states(again), { waiting: 1 });
  assert.equal((await synchronise(again.vault.store, peer.server, again)).delivered, 1);
});

test("delivered copies go after 30 days of the server's time, not before", async () => {
  const session = await atWork(store, peer);
  await interviews(session, 1);
  await synchronise(store, peer.server, session);
  peer.serverTime = "2026-12-21T07:59:59.000Z";
  await synchronise(store, peer.server, session);
  assert.deepEqual(await states(session), { delivered: 1 });
  peer.serverTime = "2026-12-21T08:00:00.000Z";
  await synchronise(store, peer.server, session);
  assert.deepEqual(await states(session), {});
});

test("a busy server's wish is passed on", async () => {
  const session = await atWork(store, peer);
  await interviews(session, 1);
  peer.disturb = ({ path }, response) => {
    if (path !== "/api/v1/submissions") return false;
    response.setHeader("Retry-After", "90");
    return say(response, 503, "application/problem+json", '{"code":"busy"}');
  };
  const outcome = await synchronise(store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.retryAfter, outcome.left], ["busy", 90, 1]);
});

test("records go from a tablet whose browser fails on a cursor over an empty index", async () => {
  const session = await atWork(store, peer);
  answerLikeWebKit();
  // While nothing is finished, drafts and outbox are empty.
  assert.deepEqual((await synchronise(store, peer.server, session)).troubles, []);
  await interviews(session, 2);
  const outcome = await synchronise(store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.delivered, outcome.troubles], ["done", 2, []]);
});

const STORES: StoreName[] = ["facts", "forms", "vaults", "visits", "drafts", "attachments", "outbox"];
for (const name of STORES) {
  test(`a store that cannot be written, ${name}, keeps no record from being sent, and is told`, async () => {
    const session = await startOffline(store, AYSE);
    await synchronise(store, peer.server, null);
    await interviews(session, 2);
    peer.forms.set("2026120101", "{}");
    const refused: string[][] = [];
    refuseTransactions((names, mode) => {
      if (mode !== "readwrite" || !names.includes(name)) return null;
      refused.push(names);
      return new DOMException("no", "NotFoundError");
    });
    const outcome = await synchronise(store, peer.server, session);
    assert.equal(peer.stored.size, 2);
    assert.ok(refused.length > 0, "the round writes there");
    assert.ok(outcome.troubles.length > 0);
    heal();
    const healed = await synchronise(store, peer.server, session);
    assert.deepEqual([healed.kind, healed.left, healed.troubles], ["done", 0, []]);
    assert.deepEqual(await states(session), { delivered: 2 });
  });
}

test("on a full disk records reach the server, wait on, and arrive once when there is room", async () => {
  const session = await atWork(store, peer);
  await synchronise(store, peer.server, session);
  await interviews(session, 3);
  fillDisk("outbox");
  const full = await synchronise(store, peer.server, session);
  assert.deepEqual(full.troubles, [{ step: "receipt", reason: "quota" }]);
  assert.deepEqual([peer.stored.size, full.delivered, full.left], [3, 0, 3]);
  heal();
  assert.equal((await synchronise(store, peer.server, session)).delivered, 3);
  assert.equal(peer.stored.size, 3);
});

test("a record that cannot be read stays, and the others go", async () => {
  const session = await atWork(store, peer);
  const [damaged] = await interviews(session, 3);
  const isIt = (row: Record<string, unknown>) => row["instance_id"] === damaged!.instance_id;
  const sealed = { iv: new Uint8Array(12), data: new Uint8Array(40) };
  await tamper(store, "outbox", (row) => (isIt(row) ? { ...row, sealed } : row));
  const outcome = await synchronise(store, peer.server, session);
  assert.deepEqual(outcome.troubles, [{ step: "record", reason: "unexpected" }]);
  assert.deepEqual([outcome.delivered, outcome.left, peer.stored.size], [2, 1, 2]);
});

test("when what waits cannot be read at all, the round says that it failed", async () => {
  const session = await atWork(store, peer);
  await interviews(session, 1);
  refuseTransactions((names, mode) =>
    mode === "readonly" && names.includes("outbox") ? new DOMException("no", "NotFoundError") : null,
  );
  const outcome = await synchronise(store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.troubles], ["failed", [{ step: "waiting", reason: "unexpected" }]]);
});
