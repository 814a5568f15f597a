// Interviews in progress. `saveDraft` resolves only when the disk holds the answers and gave them back.
import { dropAttachments, namesIn } from "./attachments.ts";
import { centreTime } from "../clock.ts";
import { isSame, sealValue, unsealValue } from "../vault/cipher.ts";
import { commit, read } from "../database.ts";
import { anonymousPlace, newTimedId } from "../identifiers.ts";
import { NotFound, NotSaved } from "../problems.ts";
import { pageOf, type Range } from "./paging.ts";
import type { DraftRow } from "../schema.ts";
import { keyOf, underWay, type OpenVault } from "../vault/vault.ts";

/** Everything of an interview in progress; all of it is encrypted. */
export interface Draft {
  readonly instance_id: string;
  /** 1 for a new interview, one more for each correction of a record already finalised. */
  readonly revision: number;
  readonly form_id: string;
  readonly form_version: string;
  readonly visit: string | null;
  readonly started_at: string;
  readonly language: string;
  /** What the list of drafts calls it. */
  readonly title: string;
  /** Where the officer stood: the name of the page, null for the first. */
  readonly page: string | null;
  readonly answers: Record<string, unknown>;
  readonly paradata: Record<string, unknown>;
  /** Of an anonymous form: once it is gone, nothing on the tablet tells that it was finished. */
  readonly anonymous?: boolean;
}

export interface DraftSummary extends Draft {
  readonly saved_at: number;
}

interface Saving {
  /** The `count` this tab last saw on disk. */
  count: number;
  /** Files that the draft named when this tab last saved it. */
  named: readonly string[];
  running: Promise<DraftSummary> | null;
  next: { draft: Draft; promise: Promise<DraftSummary> } | null;
}

const savings = new WeakMap<OpenVault, Map<string, Saving>>();

/** A new interview; nothing is on disk before the first `saveDraft`. */
export function newDraft(
  about: Pick<Draft, "form_id" | "form_version" | "visit" | "started_at" | "language" | "title">,
): Draft {
  const start = { revision: 1, page: null, answers: {}, paradata: {} };
  return { instance_id: newTimedId(), ...start, ...about };
}

/**
 * Save after each answer. While a save runs, later ones wait and only the newest is written; every
 * caller hears "saved" only for a state at least as new as the one it gave. Rejects with NotSaved.
 */
export function saveDraft(vault: OpenVault, draft: Draft): Promise<DraftSummary> {
  const saving = savingOf(vault, draft.instance_id);
  const snapshot = structuredClone(draft);
  // First of all: a save that waits must take the newer answers, or it would write older ones later.
  if (saving.next) {
    saving.next.draft = snapshot;
    return saving.next.promise;
  }
  if (!saving.running) return start(vault, saving, snapshot);
  const next = { draft: snapshot, promise: Promise.resolve() as Promise<never> };
  next.promise = follow(vault, saving, next) as Promise<never>;
  saving.next = next;
  return underWay(vault, next.promise);
}

/** The officer's drafts, the latest first. Only what is listed is opened: ask for a page of many. */
export async function listDrafts(vault: OpenVault, range: Range = {}): Promise<DraftSummary[]> {
  const { id } = vault.row;
  const rows = await read(vault.store, (connection) => {
    const index = connection.transaction("drafts").store.index("saved");
    return pageOf(index, IDBKeyRange.bound([id], [id, []]), range);
  });
  return Promise.all(rows.map((row) => opened(vault, row)));
}

/** How many drafts the officer has; nothing is opened. */
export async function countDrafts(vault: OpenVault): Promise<number> {
  return read(vault.store, (connection) =>
    connection.countFromIndex("drafts", "vault", vault.row.id),
  );
}

/** A draft as last saved, to go on with it. */
export async function openDraft(vault: OpenVault, instanceId: string): Promise<DraftSummary> {
  await settled(vault, instanceId);
  const row = await read(vault.store, (connection) => connection.get("drafts", instanceId));
  if (row?.vault !== vault.row.id) throw new NotFound(`draft ${instanceId}`);
  const draft = await opened(vault, row);
  const named = namesIn(draft.answers);
  Object.assign(savingOf(vault, instanceId), { count: row.count, named });
  return draft;
}

/** Remove a draft for good. Call it only because the officer asked for it and confirmed. */
export async function discardDraft(vault: OpenVault, instanceId: string): Promise<void> {
  await settled(vault, instanceId);
  await commit(vault.store, ["drafts", "attachments", "outbox"], async (transaction) => {
    const drafts = transaction.objectStore("drafts");
    const row = await drafts.get(instanceId);
    if (row?.vault !== vault.row.id) return;
    await drafts.delete(instanceId);
    await dropAttachments(transaction, instanceId, () => true);
  });
  savings.get(vault)?.delete(instanceId);
}

/** The `count` of the draft as this tab last wrote or read it: what it has on its screen. */
export function countSeen(vault: OpenVault, instanceId: string): number {
  return savingOf(vault, instanceId).count;
}

/** Whether there is such a draft; it is not opened, and stays as unseen as it was. */
export async function hasDraft(vault: OpenVault, instanceId: string): Promise<boolean> {
  const row = await read(vault.store, (connection) => connection.get("drafts", instanceId));
  return row?.vault === vault.row.id;
}

/** Wait until no save of this draft is under way, however it ended. */
export async function settled(vault: OpenVault, instanceId: string): Promise<void> {
  const saving = savingOf(vault, instanceId);
  for (let last = lastOf(saving); last; last = lastOf(saving)) await last.catch(() => undefined);
}

function savingOf(vault: OpenVault, instanceId: string): Saving {
  const ofVault = savings.get(vault) ?? new Map<string, Saving>();
  savings.set(vault, ofVault);
  const saving = ofVault.get(instanceId) ?? { count: 0, named: [], running: null, next: null };
  ofVault.set(instanceId, saving);
  return saving;
}

function lastOf(saving: Saving): Promise<DraftSummary> | null {
  return saving.next?.promise ?? saving.running;
}

async function follow(vault: OpenVault, saving: Saving, next: { draft: Draft }) {
  await saving.running?.catch(() => undefined);
  saving.next = null;
  return start(vault, saving, next.draft);
}

function start(vault: OpenVault, saving: Saving, draft: Draft): Promise<DraftSummary> {
  const running = write(vault, saving, draft).finally(() => {
    if (saving.running === running) saving.running = null;
  });
  saving.running = running;
  return underWay(vault, running);
}

async function write(vault: OpenVault, saving: Saving, draft: Draft): Promise<DraftSummary> {
  const { instance_id, revision, form_id, form_version } = draft;
  const row: DraftRow = {
    ...{ instance_id, form_id, form_version, vault: vault.row.id },
    ...{ saved_at: centreTime().getTime(), count: saving.count + 1 },
    sealed: await sealValue(keyOf(vault), "draft", instance_id, draft),
  };
  const named = namesIn(draft.answers);
  const place = await anonymousPlace(instance_id);
  await commit(vault.store, ["vaults", "drafts", "attachments", "outbox", "anonymous"], async (transaction) => {
    const drafts = transaction.objectStore("drafts");
    const present = await drafts.get(instance_id);
    if (present && !isSame(present.sealed, row.sealed) && present.count !== saving.count) {
      throw new NotSaved("changed_elsewhere");
    }
    if (await transaction.objectStore("outbox").getKey([instance_id, revision])) {
      throw new NotSaved("already_finalised");
    }
    if (await transaction.objectStore("anonymous").getKey(place)) throw new NotSaved("already_finalised");
    // Gone since this tab saved it: finished in another one, and sent. An eviction takes the vault too.
    const isGone = draft.anonymous && !present && saving.count > 0;
    if (isGone && (await transaction.objectStore("vaults").getKey(vault.row.id))) {
      throw new NotSaved("already_finalised");
    }
    await drafts.put(row);
    // Only what it named before and names no more: a file just kept is not named yet.
    const removed = saving.named.filter((name) => !named.includes(name));
    if (removed.length > 0) {
      await dropAttachments(transaction, instance_id, (name) => removed.includes(name));
    }
    await keepVault(transaction.objectStore("vaults"), vault);
  });
  Object.assign(saving, { count: row.count, named });
  const back = await read(vault.store, (connection) => connection.get("drafts", instance_id));
  if (!back || !isSame(back.sealed, row.sealed)) throw new NotSaved("not_read_back");
  return { ...draft, saved_at: row.saved_at };
}

// A browser that evicted the site took the wrapped key too; without it no draft could be opened again.
async function keepVault(
  vaults: { getKey(id: string): Promise<unknown>; put(row: OpenVault["row"]): Promise<unknown> },
  vault: OpenVault,
): Promise<void> {
  if (!(await vaults.getKey(vault.row.id))) await vaults.put(vault.row);
}

async function opened(vault: OpenVault, row: DraftRow): Promise<DraftSummary> {
  const draft = await unsealValue<Draft>(keyOf(vault), "draft", row.instance_id, row.sealed);
  return { ...draft, saved_at: row.saved_at };
}
