import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { AnonymousBatch, BatchResult } from "../../../pwa/generated/schemas.ts";
import { countAnonymous, finaliseAnonymous, LONGEST_WAIT, waitingAnonymous } from "../../../pwa/store/records/anonymous.ts";
import { meetReceiptKey } from "../../../pwa/store/catalogue.ts";
import { saveDraft } from "../../../pwa/store/records/drafts.ts";
import type { Session } from "../../../pwa/sync/session.ts";
import { synchronise } from "../../../pwa/sync/synchronise.ts";
import { ANONYMOUS_BATCH, sendAnonymousAtOnce, uploadAnonymous } from "../../../pwa/sync/upload-anonymous.ts";
import { draftWith, interviewOf, newTablet } from "../store/tablet.ts";
import { atWork, interviews } from "./officer.ts";
import { newPeer, say, type Peer } from "./peer.ts";

const DOOR = "/api/v1/anonymous-records";
const LATER = Date.now() + LONGEST_WAIT + 1000;

let peer: Peer;
let session: Session;
beforeEach(async () => {
  peer = await newPeer();
  session = await atWork(await newTablet(), peer);
  await meetReceiptKey(session.vault.store, peer.office.key);
});
afterEach(() => peer.close());

async function staffInterviews(count: number): Promise<string[]> {
  const ids = [];
  for (let number = 0; number < count; number += 1) {
    const draft = draftWith({ p_amir: String(number) }, { form_id: "B2_personel_gorusme" });
    await saveDraft(session.vault, draft);
    ids.push(await finaliseAnonymous(session.vault, draft, interviewOf(draft)));
  }
  return ids;
}

const sent = () => peer.requests.filter(({ path }) => path === DOOR).map(({ body }) => body as AnonymousBatch);
const sentIds = () => sent().flatMap(({ submissions }) => submissions.map(({ instance_id }) => instance_id));
const counts = () => countAnonymous(session.vault.store);

test("a record stays until its time has come, whatever else is sent", async () => {
  await staffInterviews(2);
  await interviews(session, 1);
  const outcome = await synchronise(session.vault.store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.delivered, outcome.troubles], ["done", 1, []]);
  assert.deepEqual(sent(), []);
  assert.deepEqual(await counts(), { waiting: 2, delivered: 0 });
});

test("when it has come it goes apart from others, with no word of tablet, time or order", async () => {
  const ids = await staffInterviews(ANONYMOUS_BATCH + 5);
  await interviews(session, 1);
  assert.equal((await uploadAnonymous(peer.server, session, LATER)).delivered, ids.length);
  for (const body of sent()) assert.deepEqual(Object.keys(body), ["submissions"]);
  assert.deepEqual(sent().map(({ submissions }) => submissions.length), [ANONYMOUS_BATCH, 5]);
  assert.deepEqual([...sentIds()].sort(), [...ids].sort());
  assert.notDeepEqual(sentIds(), ids);
  assert.deepEqual(await counts(), { waiting: 0, delivered: ids.length });
});

test("an officer who hands the tablet over sends all of it at once", async () => {
  await staffInterviews(3);
  sendAnonymousAtOnce(session.vault);
  const outcome = await synchronise(session.vault.store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.delivered], ["done", 3]);
  await staffInterviews(1);
  await synchronise(session.vault.store, peer.server, session);
  assert.deepEqual(await counts(), { waiting: 1, delivered: 3 });
});

test("a record whose answer got lost is sent again with the same bytes and stored once", async () => {
  await staffInterviews(2);
  peer.disturb = async ({ path }, response, honest) => {
    if (path !== DOOR) return false;
    await honest();
    return say(response, 200, "text/html", "<p>Otele hoş geldiniz</p>");
  };
  assert.deepEqual(await uploadAnonymous(peer.server, session, LATER), {
    ...{ delivered: 0, stopped: "portal", retryAfter: null },
  });
  assert.equal((await waitingAnonymous(session.vault)).length, 2);
  peer.disturb = null;
  assert.equal((await uploadAnonymous(peer.server, session, LATER)).delivered, 2);
  assert.equal(peer.stored.size, 2);
  const [first, second] = sent().map(({ submissions }) => submissions.map(({ digest }) => digest).sort());
  assert.deepEqual(first, second);
});

test("one record that the centre cannot read does not hold up the others", async () => {
  const ids = await staffInterviews(5);
  peer.disturb = ({ path, body }, response) => {
    const batch = body as AnonymousBatch;
    if (path !== DOOR || !batch.submissions.some(({ instance_id }) => instance_id === ids[2])) return false;
    return say(response, 422, "application/problem+json", JSON.stringify({ code: "invalid_request" }));
  };
  assert.equal((await uploadAnonymous(peer.server, session, LATER)).delivered, 4);
  assert.deepEqual((await waitingAnonymous(session.vault)).map(({ envelope }) => envelope.instance_id), [ids[2]]);
});

test("a forged receipt deletes nothing", async () => {
  await staffInterviews(1);
  peer.disturb = async ({ path }, response, honest) => {
    if (path !== DOOR) return false;
    const { value } = (await honest()) as { value: BatchResult };
    const results = value.results.map((each) => ({ ...each, receipt: { ...each.receipt!, digest: "sha256:0" } }));
    return say(response, 200, "application/json", JSON.stringify({ ...value, results }));
  };
  assert.equal((await uploadAnonymous(peer.server, session, LATER)).delivered, 0);
  assert.deepEqual(await counts(), { waiting: 1, delivered: 0 });
});

test("where the session ran out, a new one is taken and the record goes", async () => {
  await staffInterviews(1);
  sendAnonymousAtOnce(session.vault);
  peer.disturb = ({ path }, response) => {
    if (path !== DOOR) return false;
    peer.disturb = null;
    return say(response, 401, "application/problem+json", JSON.stringify({ code: "not_signed_in" }));
  };
  const outcome = await synchronise(session.vault.store, peer.server, session);
  assert.deepEqual([outcome.kind, outcome.delivered], ["done", 1]);
});
