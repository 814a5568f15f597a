// Officers at work on a tablet, and interviews they have finished.
import { saveDraft } from "../../../pwa/store/records/drafts.ts";
import { envelopeOf, finalise, listOutbox } from "../../../pwa/store/records/outbox.ts";
import { signIn, type Session } from "../../../pwa/sync/session.ts";
import type { Store } from "../../../pwa/store/database.ts";
import { AYSE, draftWith, interviewOf } from "../store/tablet.ts";
import type { Peer } from "./peer.ts";

/** Sign in and expect it to work. */
export async function atWork(store: Store, peer: Peer, officer = AYSE): Promise<Session> {
  const outcome = await signIn(store, peer.server, officer);
  if (outcome.kind !== "signed_in") throw new Error(`not signed in: ${outcome.kind}`);
  return outcome.session;
}

/** Finish `count` interviews; gives their envelopes. */
export async function interviews({ vault }: Session, count: number, answers = {}) {
  const envelopes = [];
  for (let number = 0; number < count; number += 1) {
    const draft = draftWith({ number: String(number), ...answers });
    await saveDraft(vault, draft);
    await finalise(vault, draft, interviewOf(draft));
    envelopes.push(await envelopeOf(vault, draft));
  }
  return envelopes;
}

/** How many records are in each state. */
export async function states({ vault }: Session): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state } of await listOutbox(vault)) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
