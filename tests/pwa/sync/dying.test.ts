import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, test } from "node:test";
import { chunk } from "../../../schemas/reference/attachments.json";
import { keepAttachment } from "../../../pwa/store/records/attachments.ts";
import { meetReceiptKey } from "../../../pwa/store/catalogue.ts";
import { listDrafts, saveDraft } from "../../../pwa/store/records/drafts.ts";
import { envelopeOf, finalise, findRecord } from "../../../pwa/store/records/outbox.ts";
import { renew, type Session } from "../../../pwa/sync/session.ts";
import { uploadRecords } from "../../../pwa/sync/upload.ts";
import { draftWith, interviewOf, newTablet, sameTablet } from "../store/tablet.ts";
import { dieAt, revive } from "./dying.ts";
import { atWork } from "./officer.ts";
import { newPeer, type Peer } from "./peer.ts";

/** Steps that there are at least: a tablet that never dies proves nothing. */
const FEWEST = 25;

let peer: Peer;
let session: Session;
beforeEach(async () => {
  peer = await newPeer();
  const store = await newTablet();
  session = await atWork(store, peer);
  await renew(peer.server, session);
  await meetReceiptKey(store, peer.office.key);
});
afterEach(() => {
  revive();
  return peer.close();
});

/** Another page on the same tablet, its vault open; nothing of the one before but what is on disk. */
async function nextPage({ vault, ...rest }: Session): Promise<Session> {
  return { ...rest, vault: { ...vault, store: await sameTablet(vault.store), pending: new Set() } };
}

const photo = new Uint8Array(randomBytes(chunk + 1000));

/** An interview with a photo, as far as its last answer. */
async function interviewed({ vault }: Session) {
  const draft = draftWith({});
  const name = await keepAttachment(vault, draft.instance_id, {
    ...{ bytes: photo, media_type: "image/jpeg", extension: "jpg" },
  });
  const answered = { ...draft, answers: { photos: [name] } };
  await saveDraft(vault, answered);
  return answered;
}

/** What the next page does with what it finds: finish the draft, or only send the record. */
async function nextContact({ vault, ...rest }: Session, instanceId: string): Promise<void> {
  for (const draft of await listDrafts(vault)) await finalise(vault, draft, interviewOf(draft));
  await uploadRecords(peer.server, { ...rest, vault });
  const record = await findRecord(vault, instanceId);
  assert.deepEqual([record?.state, record?.problem], ["delivered", null]);
  const { attachments, digest } = await envelopeOf(vault, record!);
  assert.equal(record!.receipt?.digest, digest);
  assert.deepEqual(record!.receipt?.missing_attachments, []);
  assert.deepEqual(peer.files.get(attachments![0]!.digest), Buffer.from(photo));
  assert.equal(peer.stored.size, 1);
}

test("whatever step a tablet dies at, its next contact delivers record and photo", async () => {
  let step = 0;
  for (let isDead = true; isDead; ) {
    step += 1;
    const page = await nextPage(session);
    const draft = await interviewed(page);
    const death = dieAt(step);
    const work = finalise(page.vault, draft, interviewOf(draft)).then(() => uploadRecords(peer.server, page));
    await Promise.race([work.catch(() => death.happened), death.happened]);
    isDead = death.isDead;
    revive();
    await nextContact(await nextPage(session), draft.instance_id);
    peer.files.clear();
    peer.stored.clear();
  }
  assert.ok(step > FEWEST, `only ${step} steps`);
});
