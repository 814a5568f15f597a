import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, test } from "node:test";
import { chunk } from "../../../schemas/reference/attachments.json";
import { keepAttachment } from "../../../pwa/store/records/attachments.ts";
import { meetReceiptKey } from "../../../pwa/store/catalogue.ts";
import { saveDraft } from "../../../pwa/store/records/drafts.ts";
import { envelopeOf, finalise, listOutbox } from "../../../pwa/store/records/outbox.ts";
import type { Session } from "../../../pwa/sync/session.ts";
import { uploadRecords, type Progress } from "../../../pwa/sync/upload.ts";
import { draftWith, interviewOf, newTablet } from "../store/tablet.ts";
import { atWork, interviews, states } from "./officer.ts";
import { newPeer, say, twisted, type Peer } from "./peer.ts";

let peer: Peer;
let session: Session;
beforeEach(async () => {
  peer = await newPeer();
  const store = await newTablet();
  session = await atWork(store, peer);
  await meetReceiptKey(store, peer.office.key);
});
afterEach(() => peer.close());

/** A finished interview with photos of these sizes; gives their digests and bytes. */
async function withPhotos(...sizes: number[]): Promise<Map<string, Buffer>> {
  const draft = draftWith({});
  const photos = new Map<string, Buffer>();
  const names: string[] = [];
  for (const size of sizes) {
    const bytes = new Uint8Array(randomBytes(size));
    const name = await keepAttachment(session.vault, draft.instance_id, {
      ...{ bytes, media_type: "image/jpeg", extension: "jpg" },
    });
    names.push(name);
    photos.set(`sha256:${name.split(".")[0]}`, Buffer.from(bytes));
  }
  const answered = { ...draft, answers: { photos: names } };
  await saveDraft(session.vault, answered);
  await finalise(session.vault, answered, interviewOf(answered));
  assert.equal((await envelopeOf(session.vault, draft)).attachments?.length, sizes.length);
  return photos;
}

const asked = (method: string) =>
  peer.requests.filter((request) => request.method === method && request.path.includes("/attachments/"));

test("the record goes first, its photos in pieces after it, and only then it is delivered", async () => {
  const photos = await withPhotos(2 * chunk + 10, 100);
  const { delivered, left, stopped } = await uploadRecords(peer.server, session);
  assert.deepEqual([delivered, left, stopped], [1, 0, null]);
  assert.deepEqual(peer.files, photos);
  assert.deepEqual(await states(session), { delivered: 1 });
  assert.deepEqual(asked("PUT").map(({ body }) => (body as Buffer).length), [chunk, chunk, 10, 100]);
  const [item] = await listOutbox(session.vault);
  assert.deepEqual(item!.receipt?.missing_attachments, []);
});

test("a photo whose sending broke off in the middle goes on where it stopped", async () => {
  const photos = await withPhotos(5 * chunk);
  peer.disturb = ({ method }, response) =>
    method === "PUT" && asked("PUT").length > 2 ? Boolean(response.destroy()) : false;
  assert.equal((await uploadRecords(peer.server, session)).stopped, "unreachable");
  assert.deepEqual(await states(session), { waiting: 1 });
  peer.disturb = null;
  peer.requests.length = 0;
  assert.equal((await uploadRecords(peer.server, session)).delivered, 1);
  assert.deepEqual(peer.files, photos);
  assert.equal(asked("PUT").length, 3);
});

test("a piece that arrived although its answer got lost is not sent again", async () => {
  const photos = await withPhotos(3 * chunk);
  peer.disturb = async ({ method }, response, honest) => {
    if (method !== "PUT") return false;
    await honest();
    return Boolean(response.destroy());
  };
  await uploadRecords(peer.server, session);
  peer.disturb = null;
  await uploadRecords(peer.server, session);
  assert.deepEqual(peer.files, photos);
  assert.equal(asked("PUT").length, 3);
});

test("a record keeps waiting for as long as a photo of it is missing, whatever else is said", async () => {
  await withPhotos(50);
  peer.disturb = ({ method }, response) =>
    method === "PUT" && say(response, 200, "text/html", "<h1>Hoş geldiniz</h1>");
  for (let run = 0; run < 3; run += 1) await uploadRecords(peer.server, session);
  const [item] = await listOutbox(session.vault);
  assert.deepEqual([item!.state, item!.receipt, item!.problem], ["waiting", null, "portal"]);
});

for (const [name, headers] of [
  ["without the header that tells how much is held", {}],
  ["with nonsense in that header", { "Upload-Offset": "a lot" }],
] as const) {
  test(`a portal that answers HEAD with 200 ${name} is no answer`, async () => {
    await withPhotos(50);
    peer.disturb = ({ method }, response) => {
      if (method !== "HEAD") return false;
      response.writeHead(200, { "Content-Type": "text/html", ...headers });
      return Boolean(response.end());
    };
    assert.equal((await uploadRecords(peer.server, session)).stopped, "portal");
    assert.equal(asked("PUT").length, 0);
  });
}

test("a server that says it holds all of a photo but keeps missing it does not get the record", async () => {
  await withPhotos(50);
  peer.disturb = ({ method }, response) => {
    if (method !== "HEAD") return false;
    response.writeHead(200, { "Upload-Offset": "50", "Upload-Complete": "?1" });
    return Boolean(response.end());
  };
  const { delivered } = await uploadRecords(peer.server, session);
  const [item] = await listOutbox(session.vault);
  assert.deepEqual([delivered, item!.state, item!.problem], [0, "waiting", "attachments_missing"]);
});

test("a server that never gets further is left alone", async () => {
  await withPhotos(3 * chunk);
  peer.disturb = ({ method }, response) =>
    method === "PUT" &&
    say(response, 200, "application/json", JSON.stringify({ received: 0, complete: false }));
  assert.equal((await uploadRecords(peer.server, session)).stopped, "unreachable");
  assert.equal(asked("PUT").length, 1);
});

test("a photo damaged on the way is sent again, though not for ever", async () => {
  const photos = await withPhotos(50);
  let damages = 1;
  const damaged = JSON.stringify({ code: "attachment_damaged" });
  peer.disturb = ({ method }, response) =>
    method === "PUT" && damages-- > 0 && say(response, 422, "application/problem+json", damaged);
  assert.equal((await uploadRecords(peer.server, session)).delivered, 1);
  assert.deepEqual(peer.files, photos);
  await withPhotos(60);
  damages = 1000;
  await uploadRecords(peer.server, session);
  assert.equal(1000 - damages, 3);
});

for (const [status, code] of [
  [413, "attachment_too_large"],
  [415, "attachment_kind"],
  [404, "attachment_unknown"],
] as const) {
  test(`a file refused with ${status} holds up neither other records nor their photos`, async () => {
    await withPhotos(50);
    await interviews(session, 2);
    const photos = await withPhotos(60);
    const [refused] = (await listOutbox(session.vault)).reverse();
    const { attachments } = await envelopeOf(session.vault, refused!);
    const path = `/api/v1/attachments/${attachments![0]!.digest}`;
    peer.disturb = (request, response) =>
      request.path === path && request.method === "PUT" &&
      say(response, status, "application/problem+json", JSON.stringify({ code }));
    const { delivered, left, stopped } = await uploadRecords(peer.server, session);
    assert.deepEqual([delivered, left, stopped], [3, 1, null]);
    assert.deepEqual(peer.files, photos);
    assert.deepEqual(await states(session), { delivered: 3, waiting: 1 });
  });
}

test("a session that ends between record and photo is renewed, not counted as a failure", async () => {
  await withPhotos(50);
  peer.disturb = ({ method }) => {
    if (method === "HEAD") peer.tokens.clear();
    return false;
  };
  assert.equal((await uploadRecords(peer.server, session)).stopped, "session_expired");
});

test("progress tells the bytes of the files that are on the way", async () => {
  await withPhotos(chunk, 100);
  const told: string[] = [];
  await uploadRecords(peer.server, session, ({ files }: Progress) => {
    if (files) told.push(`${files.sent}/${files.total}`);
  });
  const total = chunk + 100;
  const expected = [0, chunk, chunk, total].map((sent) => `${sent}/${total}`);
  assert.deepEqual(told, expected);
});

test("a server that died before it put a photo in place gets the last piece once more", async () => {
  const photos = await withPhotos(2 * chunk + 10);
  const [digest] = photos.keys();
  let isInPlace = false;
  peer.disturb = ({ method, path, body, range }, response) => {
    if (!path.includes("/attachments/") || isInPlace) return false;
    const total = 2 * chunk + 10;
    const headers = { "Upload-Offset": String(total), "Upload-Complete": "?0" };
    if (method === "HEAD") {
      response.writeHead(200, headers);
      return Boolean(response.end());
    }
    // What the server does with the last piece: it finds nothing to add, and finishes.
    assert.equal(range, `bytes ${total - chunk}-${total - 1}/${total}`);
    assert.equal((body as Buffer).length, chunk);
    isInPlace = true;
    peer.files.set(digest!, photos.get(digest!)!);
    return say(response, 200, "application/json", JSON.stringify({ received: total, complete: true }));
  };
  assert.equal((await uploadRecords(peer.server, session)).delivered, 1);
  assert.deepEqual(await states(session), { delivered: 1 });
});

test("a server that holds all of a photo and never puts it in place is left alone", async () => {
  await withPhotos(chunk + 10);
  peer.disturb = ({ path }, response) => {
    if (!path.includes("/attachments/")) return false;
    const headers = { "Upload-Offset": String(chunk + 10), "Upload-Complete": "?0" };
    response.writeHead(200, { "Content-Type": "application/json", ...headers });
    return Boolean(response.end(JSON.stringify({ received: chunk + 10, complete: false })));
  };
  assert.equal((await uploadRecords(peer.server, session)).stopped, "unreachable");
  assert.equal(asked("PUT").length, 1);
});

test("a server that asks to wait with a photo is asked again, and nothing is taken for a fault", async () => {
  await withPhotos(50);
  peer.disturb = ({ method }, response) => {
    if (method !== "PUT") return false;
    response.writeHead(429, { "Content-Type": "application/problem+json", "Retry-After": "900" });
    return Boolean(response.end(JSON.stringify({ code: "too_many_unfinished" })));
  };
  const { stopped, retryAfter, left } = await uploadRecords(peer.server, session);
  assert.deepEqual([stopped, retryAfter, left], ["busy", 900, 1]);
  assert.deepEqual(await states(session), { waiting: 1 });
  peer.disturb = null;
  assert.equal((await uploadRecords(peer.server, session)).delivered, 1);
});

for (const [status, code] of [
  [400, "bad_request"],
  [409, "attachment_gap"],
  [422, "invalid_request"],
] as const) {
  test(`a photo met with ${status} ${code} is no bad photo: it waits, and goes another time`, async () => {
    await withPhotos(50);
    peer.disturb = ({ method }, response) =>
      method === "PUT" && say(response, status, "application/problem+json", JSON.stringify({ code }));
    assert.equal((await uploadRecords(peer.server, session)).left, 1);
    const [item] = await listOutbox(session.vault);
    assert.deepEqual([item!.state, item!.problem], ["waiting", "attachments_missing"]);
    peer.disturb = null;
    assert.equal((await uploadRecords(peer.server, session)).delivered, 1);
  });
}

test("a file of another record that an answer names is not sent", async () => {
  await withPhotos(50);
  const foreign = `sha256:${"0".repeat(64)}`;
  peer.disturb = twisted((result) => ({
    ...result,
    results: result.results.map((one) => ({
      ...one,
      receipt: { ...one.receipt!, missing_attachments: [foreign] },
    })),
  }));
  await uploadRecords(peer.server, session);
  assert.deepEqual([asked("HEAD"), asked("PUT")], [[], []]);
  assert.deepEqual(await states(session), { waiting: 1 });
});
