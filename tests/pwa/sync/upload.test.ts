import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import type { BatchResult, SubmissionBatch } from "../../../pwa/generated/schemas.ts";
import { meetReceiptKey } from "../../../pwa/store/catalogue.ts";
import { listOutbox } from "../../../pwa/store/records/outbox.ts";
import type { Session } from "../../../pwa/sync/session.ts";
import { BATCH, BATCH_CHARACTERS, uploadRecords, type Progress } from "../../../pwa/sync/upload.ts";
import { newOffice } from "../store/office.ts";
import { newTablet } from "../store/tablet.ts";
import { atWork, interviews, states } from "./officer.ts";
import { newPeer, say, twisted, type Disturbance, type Peer } from "./peer.ts";

let peer: Peer;
let session: Session;
beforeEach(async () => {
  peer = await newPeer();
  const store = await newTablet();
  session = await atWork(store, peer);
  await meetReceiptKey(store, peer.office.key);
});
afterEach(() => peer.close());

const sent = () =>
  peer.requests
    .filter(({ path }) => path === "/api/v1/submissions")
    .map(({ body }) => (body as SubmissionBatch).submissions);

test("what waits arrives byte for byte and is delivered", async () => {
  const envelopes = await interviews(session, 3, { söz: "İyi ki \"varsınız\" \u{1F600}" });
  const { delivered, left, stopped } = await uploadRecords(peer.server, session);
  assert.deepEqual([delivered, left, stopped], [3, 0, null]);
  for (const envelope of envelopes) {
    assert.deepEqual(peer.stored.get(`${envelope.instance_id}/1`), envelope);
  }
  assert.deepEqual(await states(session), { delivered: 3 });
});

test("nothing waiting means nothing is asked", async () => {
  peer.requests.length = 0;
  await uploadRecords(peer.server, session);
  assert.deepEqual(peer.requests, []);
});

test("many records go in batches of at most 25, in the order they were finished", async () => {
  const envelopes = await interviews(session, BATCH * 2 + 3);
  await uploadRecords(peer.server, session);
  assert.deepEqual(sent().map((batch) => batch.length), [25, 25, 3]);
  const order = sent().flat().map((envelope) => envelope.instance_id);
  assert.deepEqual(order, envelopes.map((envelope) => envelope.instance_id));
});

test("large records share a batch only up to its size", async () => {
  const large = "x".repeat(BATCH_CHARACTERS / 2 - 2000);
  await interviews(session, 3, { large });
  await uploadRecords(peer.server, session);
  assert.deepEqual(sent().map((batch) => batch.length), [2, 1]);
});

test("progress tells what is on the way and what has arrived", async () => {
  await interviews(session, BATCH + 1);
  const told: [number, number, number][] = [];
  await uploadRecords(peer.server, session, ({ sending, delivered, total }: Progress) =>
    told.push([sending.size, delivered, total]),
  );
  assert.deepEqual(told, [[25, 0, 26], [1, 25, 26], [0, 26, 26]]);
});

test("a record sent twice because the answer got lost is delivered once and stored once", async () => {
  await interviews(session, 2);
  peer.disturb = async (_request, response, honest) => {
    await honest();
    response.destroy();
    return true;
  };
  assert.equal((await uploadRecords(peer.server, session)).stopped, "unreachable");
  assert.deepEqual([peer.stored.size, await states(session)], [2, { waiting: 2 }]);
  peer.disturb = null;
  assert.equal((await uploadRecords(peer.server, session)).delivered, 2);
  assert.deepEqual([peer.stored.size, await states(session)], [2, { delivered: 2 }]);
});

const UNANSWERED = "no answer at all";
const silences: [string, Disturbance, ("portal" | "down")?][] = [
  ["a captive portal's page", (_q, r) => say(r, 200, "text/html", "<h1>Hoş geldiniz</h1>"), "portal"],
  ["a captive portal's page that claims to be JSON", (_q, r) => say(r, 200, "application/json", "<h1>"), "portal"],
  ["a redirect to a login page", (_q, r) => redirect(r), "portal"],
  ["a network's own 511", (_q, r) => say(r, 511, "text/html", "<h1>Giriş</h1>"), "portal"],
  ["a proxy without its server", (_q, r) => say(r, 502, "text/html", "<h1>Bad Gateway</h1>"), "down"],
  ["a proxy that refuses", (_q, r) => say(r, 403, "text/html", "<h1>Forbidden</h1>")],
  ["a closed connection", (_q, r) => Boolean(r.destroy())],
  [UNANSWERED, () => true],
  ["an answer cut in the middle", truncated],
  ["an answer cut in the middle that is marked as whole", cutJson],
  ["an empty 200", (_q, r) => say(r, 200, "application/json", "")],
  ["a 200 of another shape", (_q, r) => say(r, 200, "application/json", '{"results":"all fine"}')],
  ["a 201 without content", (_q, r) => say(r, 201, "text/plain", "created")],
];

for (const [name, disturbance, why = "unreachable"] of silences) {
  test(`${name} is no answer: every record keeps waiting, and it is told as ${why}`, async () => {
    await interviews(session, 2);
    peer.disturb = disturbance;
    const patience = name === UNANSWERED ? { patience: 50 } : {};
    const upload = await uploadRecords({ ...peer.server, ...patience }, session);
    assert.deepEqual([upload.delivered, upload.left, upload.stopped], [0, 2, why]);
    assert.deepEqual(await states(session), { waiting: 2 });
    assert.ok((await listOutbox(session.vault)).every(({ attempts }) => attempts === 1));
  });
}

test("a redirect is not followed, so that nothing else learns the token", async () => {
  await interviews(session, 1);
  peer.requests.length = 0;
  peer.disturb = ({ path }, response) => path === "/api/v1/submissions" && redirect(response);
  await uploadRecords(peer.server, session);
  assert.deepEqual(peer.requests.map(({ path }) => path), ["/api/v1/submissions"]);
});

const twists: [string, (result: BatchResult) => unknown][] = [
  ["receipts swapped between records", (r) => ({ ...r, results: swapped(r.results) })],
  ["one receipt for both records", (r) => ({ ...r, results: [r.results[0], r.results[0]] })],
  ["the signature of another receipt", (r) => ({ ...r, results: signaturesSwapped(r) })],
  ["a changed digest", (r) => eachReceipt(r, { digest: `sha256:${"0".repeat(64)}` })],
  ["another revision", (r) => eachReceipt(r, { revision: 2 })],
  ["no signature", (r) => eachReceipt(r, { signature: "" })],
  ["a changed status", (r) => eachReceipt(r, { status: "quarantined" })],
  ["a missing attachment", (r) => eachReceipt(r, { missing_attachments: [`sha256:${"0".repeat(64)}`] })],
  ["no receipts", (r) => ({ ...r, results: r.results.map((one) => ({ ...one, receipt: null })) })],
  ["nothing in the list", (r) => ({ ...r, results: [] })],
  ["nonsense in the list", (r) => ({ ...r, results: [null, 7] })],
];

for (const [name, twist] of twists) {
  test(`an answer with ${name} delivers only what is truly proved`, async () => {
    const envelopes = await interviews(session, 2);
    peer.disturb = twisted(twist);
    const { delivered } = await uploadRecords(peer.server, session);
    const items = await listOutbox(session.vault);
    const proved = items.filter(({ state }) => state === "delivered");
    assert.equal(proved.length, delivered);
    // Swapped places are harmless and one receipt proves one record; all else proves nothing.
    const expected = { "receipts swapped between records": 2, "one receipt for both records": 1 };
    assert.equal(delivered, expected[name as keyof typeof expected] ?? 0);
    for (const { receipt, instance_id } of proved) assert.equal(receipt!.instance_id, instance_id);
    peer.disturb = null;
    await uploadRecords(peer.server, session);
    assert.deepEqual(await states(session), { delivered: 2 });
    assert.equal(peer.stored.size, envelopes.length);
  });
}

test("an old receipt of the same record, replayed for its next revision, delivers nothing", async () => {
  const [envelope] = await interviews(session, 1);
  await uploadRecords(peer.server, session);
  const [item] = await listOutbox(session.vault);
  await interviews(session, 1);
  peer.disturb = twisted((result) => eachReceipt(result, item!.receipt!));
  assert.equal((await uploadRecords(peer.server, session)).delivered, 0);
  assert.equal(item!.receipt!.instance_id, envelope!.instance_id);
  assert.deepEqual(await states(session), { delivered: 1, waiting: 1 });
});

test("receipts signed by another key than the trusted one deliver nothing", async () => {
  await interviews(session, 1);
  peer.office = await newOffice(peer.office.key.key_id);
  assert.equal((await uploadRecords(peer.server, session)).delivered, 0);
  assert.deepEqual(await states(session), { waiting: 1 });
  assert.equal((await listOutbox(session.vault))[0]!.problem, "receipt_not_valid");
});

test("a record damaged on the way is told and sent again", async () => {
  await interviews(session, 1);
  peer.disturb = async (request, _response) => {
    const [envelope] = (request.body as SubmissionBatch).submissions;
    (envelope as { body: string }).body += " ";
    return false;
  };
  assert.equal((await uploadRecords(peer.server, session)).delivered, 0);
  assert.equal((await listOutbox(session.vault))[0]!.problem, "digest_mismatch");
  assert.equal(peer.stored.size, 0);
  peer.disturb = null;
  assert.equal((await uploadRecords(peer.server, session)).delivered, 1);
});

test("one record that the server cannot read does not hold up the others", async () => {
  const envelopes = await interviews(session, 9);
  const bad = envelopes[4]!.instance_id;
  peer.disturb = ({ body }, response) => {
    const ids = (body as SubmissionBatch).submissions.map((envelope) => envelope.instance_id);
    return ids.includes(bad) && say(response, 422, "application/problem+json", '{"code":"invalid_request"}');
  };
  const { delivered, left, stopped } = await uploadRecords(peer.server, session);
  assert.deepEqual([delivered, left, stopped], [8, 1, null]);
  const waiting = (await listOutbox(session.vault)).filter(({ state }) => state === "waiting");
  assert.deepEqual(
    waiting.map(({ instance_id, problem, attempts }) => [instance_id, problem, attempts]),
    [[bad, "invalid_request", 1]],
  );
});

for (const [status, code, stopped] of [
  [401, "not_signed_in", "session_expired"],
  [403, "not_allowed", "not_allowed"],
  [429, "too_many_attempts", "busy"],
  [503, "busy", "busy"],
  [507, "storage_full", "full"],
  [500, "unexpected", "busy"],
] as const) {
  test(`a ${status} stops the run, keeps everything and asks no more`, async () => {
    await interviews(session, BATCH + 1);
    peer.requests.length = 0;
    peer.disturb = (_request, response) => {
      response.setHeader("Retry-After", "17");
      return say(response, status, "application/problem+json", JSON.stringify({ code }));
    };
    const upload = await uploadRecords(peer.server, session);
    assert.deepEqual(upload, { delivered: 0, left: BATCH + 1, stopped, retryAfter: 17 });
    assert.equal(peer.requests.length, 1);
    assert.deepEqual(await states(session), { waiting: BATCH + 1 });
  });
}

function redirect(response: ServerResponse): true {
  response.writeHead(302, { Location: "/api/v1/catalogue" });
  response.end();
  return true;
}

async function truncated(_request: unknown, response: ServerResponse, honest: Honest) {
  const text = JSON.stringify((await honest()).value);
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(text)),
  });
  response.write(text.slice(0, text.length / 2), () => response.destroy());
  return true;
}

async function cutJson(_request: unknown, response: ServerResponse, honest: Honest) {
  const text = JSON.stringify((await honest()).value);
  return say(response, 200, "application/json", text.slice(0, -2));
}

type Honest = () => Promise<{ value: unknown }>;

function swapped<T>(list: readonly T[]): T[] {
  return [...list].reverse();
}

function signaturesSwapped({ results }: BatchResult): unknown[] {
  const signatures = swapped(results.map((one) => one.receipt!.signature));
  return results.map((one, index) => ({
    ...one,
    receipt: { ...one.receipt, signature: signatures[index] },
  }));
}

function eachReceipt(result: BatchResult, change: object): unknown {
  const results = result.results.map((one) => ({ ...one, receipt: { ...one.receipt, ...change } }));
  return { ...result, results };
}
