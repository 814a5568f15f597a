// What the screen says of the connection follows what was heard last, not how the last round ended.
// Before the document: it is given to whoever is the window.
import "fake-indexeddb/auto";
import { place, paint } from "../widgets/screen.ts";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, test } from "node:test";
import { render } from "preact";
import { useTraffic, type Traffic } from "../../../pwa/pages/work.ts";
import { keepAttachment } from "../../../pwa/store/records/attachments.ts";
import { saveDraft } from "../../../pwa/store/records/drafts.ts";
import { finalise } from "../../../pwa/store/records/outbox.ts";
import type { Session } from "../../../pwa/sync/session.ts";
import { draftWith, interviewOf, newTablet } from "../store/tablet.ts";
import { atWork } from "../sync/officer.ts";
import { newPeer, say, type Peer } from "../sync/peer.ts";

let peer: Peer;
let session: Session;
let traffic: Traffic;
beforeEach(async () => {
  peer = await newPeer();
  session = await atWork(await newTablet(), peer);
});
afterEach(async () => {
  render(null, place);
  await paint();
  await peer.close();
});

function Watching() {
  traffic = useTraffic(session.vault.store, { ...peer.server, patience: 30_000 }, session);
  return null;
}

/** Let everything happen until it is so. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let times = 0; times < 2000 && !isSo(); times += 1) await paint();
  assert.ok(isSo(), what);
}

async function finishWithPhoto(): Promise<void> {
  const draft = draftWith({});
  const photo = { bytes: new Uint8Array(randomBytes(100)), media_type: "image/jpeg", extension: "jpg" };
  const name = await keepAttachment(session.vault, draft.instance_id, photo);
  const answered = { ...draft, answers: { photo: name } };
  await saveDraft(session.vault, answered);
  await finalise(session.vault, answered, interviewOf(answered));
}

test("while a photo goes up after a round that reached nobody the centre is not called unreachable", async () => {
  await finishWithPhoto();
  peer.disturb = (_request, response) => Boolean(response.destroy());
  render(<Watching />, place);
  await until("the first round reaches nobody", () => traffic.connection === "unreachable");
  let isPhotoOnTheWay = false;
  // The photo takes its time: no answer while we look.
  peer.disturb = ({ method }) => (isPhotoOnTheWay ||= method === "PUT");
  void traffic.sendNow();
  await until("a photo is on its way", () => isPhotoOnTheWay && traffic.progress?.files != null);
  assert.equal(traffic.connection, "online");
});

test("a network that wants a sign-in is named, until it lets the centre through", async () => {
  peer.disturb = (_request, response) => say(response, 200, "text/html", "<h1>Otel</h1>");
  render(<Watching />, place);
  await until("the portal is named", () => traffic.connection === "portal" && traffic.outcome?.kind === "portal");
  peer.disturb = null;
  void traffic.sendNow();
  await until("the centre is reached", () => traffic.connection === "online" && traffic.outcome?.kind === "done");
});

test("a centre that answers with a problem is reached", async () => {
  peer.disturb = (_request, response) => say(response, 507, "application/problem+json", '{"code":"storage_full"}');
  render(<Watching />, place);
  await until("the round ends", () => traffic.outcome?.kind === "full");
  assert.equal(traffic.connection, "online");
});
