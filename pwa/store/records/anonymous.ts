// Finished interviews of anonymous forms. They lie here sealed, all of one size steps, under a key that
// names nothing: no form, no time, no officer. Nothing opens them again but sending, and after the
// receipt nothing is left of them but a count (docs/adr/0030).
import type { AnonymousInterview, Envelope, Interview, Receipt } from "../../generated/schemas.ts";
import { pinnedKey, readVisits } from "../catalogue.ts";
import { isSame, sealValue, unsealValue } from "../vault/cipher.ts";
import { commit, read, type Store } from "../database.ts";
import { digestOf } from "../digest.ts";
import { countSeen, settled, type Draft } from "./drafts.ts";
import { readFact } from "../facts.ts";
import { anonymousPlace } from "../identifiers.ts";
import { NotSaved } from "../problems.ts";
import { proves } from "./receipts.ts";
import type { AnonymousRow } from "../schema.ts";
import { keyOf, underWay, type OpenVault } from "../vault/vault.ts";

const HOUR = 3600 * 1000;
/** A record waits for a time drawn by lot between these, so that its arrival tells no hour. */
export const SHORTEST_WAIT = HOUR;
export const LONGEST_WAIT = 8 * HOUR;

/** Sealed texts are filled up to a multiple of this: their size tells nothing of the answers. */
const SIZE_STEP = 4096;

export interface Chance {
  now: () => number;
  /** From 0 up to 1. */
  draw: () => number;
}

const CHANCE: Chance = { now: Date.now, draw: drawn };

export interface WaitingAnonymous {
  readonly key: string;
  /** When it may go, by the tablet's clock. */
  readonly due: number;
  readonly envelope: Envelope;
}

type Content = Omit<WaitingAnonymous, "key"> & { filling: string };

/**
 * Turn a draft into an anonymous record, in one transaction: either the draft is there or the record
 * is. Gives the id it will be sent under, which has nothing of the draft's.
 */
export function finaliseAnonymous(
  vault: OpenVault,
  draft: Draft,
  interview: Interview,
  chance: Chance = CHANCE,
): Promise<string> {
  return underWay(vault, finalised(vault, draft, interview, chance));
}

/** The id a finished draft waits under; null once it has gone, or where it is somebody else's. */
export async function waitingId(vault: OpenVault, draftId: string): Promise<string | null> {
  const key = await anonymousPlace(draftId);
  const row = await read(vault.store, (connection) => connection.get("anonymous", key));
  return (row && (await opened(vault, row)))?.envelope.instance_id ?? null;
}

/** What waits and can be opened with this vault. Whose the others are is written nowhere. */
export async function waitingAnonymous(vault: OpenVault): Promise<WaitingAnonymous[]> {
  const rows = await read(vault.store, (connection) => connection.getAll("anonymous"));
  const found = await Promise.all(rows.map((row) => opened(vault, row)));
  return found.filter((record) => record !== null);
}

export interface AnonymousCounts {
  readonly waiting: number;
  readonly delivered: number;
}

/** How many wait on this tablet, and how many have arrived from it, whoever's they are. */
export async function countAnonymous(store: Store): Promise<AnonymousCounts> {
  const waiting = await read(store, (connection) => connection.count("anonymous"));
  return { waiting, delivered: (await readFact(store, "anonymous_delivered")) ?? 0 };
}

/** Believe a receipt, or not; with a true one the record and the receipt are gone at once. */
export async function acceptAnonymousReceipt(
  store: Store,
  { key, envelope }: WaitingAnonymous,
  receipt: Receipt,
): Promise<boolean> {
  const pinned = await pinnedKey(store);
  if (!pinned || !(await proves(receipt, envelope, pinned.trusted))) return false;
  await commit(store, ["anonymous", "facts"], async (transaction) => {
    const anonymous = transaction.objectStore("anonymous");
    if (!(await anonymous.getKey(key))) return;
    await anonymous.delete(key);
    const facts = transaction.objectStore("facts");
    const before = (await facts.get("anonymous_delivered")) as number | undefined;
    await facts.put((before ?? 0) + 1, "anonymous_delivered");
  });
  return true;
}

/** Whether a record may go now; a clock that was set back keeps none for longer than the longest wait. */
export function isDue({ due }: WaitingAnonymous, now: number): boolean {
  return due <= now || due - now > LONGEST_WAIT;
}

/** The row of a record that is to be sent as this envelope. */
export async function anonymousRow(
  vault: OpenVault,
  draftId: string,
  envelope: Envelope,
  { now, draw }: Chance = CHANCE,
): Promise<AnonymousRow> {
  const key = await anonymousPlace(draftId);
  const due = now() + SHORTEST_WAIT + draw() * (LONGEST_WAIT - SHORTEST_WAIT);
  const content: Content = { due, envelope, filling: "" };
  const size = new TextEncoder().encode(JSON.stringify(content)).length;
  content.filling = " ".repeat(SIZE_STEP - (size % SIZE_STEP));
  return { key, sealed: await sealValue(keyOf(vault), "anonymous", key, content) };
}

async function finalised(vault: OpenVault, draft: Draft, interview: Interview, chance: Chance) {
  await settled(vault, draft.instance_id);
  const { form_id, form_version, revision } = draft;
  const { answers, confirmations = {} } = interview;
  const said: AnonymousInterview = { form_id, form_version, round: await roundOf(vault, draft), answers, confirmations };
  const body = JSON.stringify(said);
  // A correction that was begun before corrections ended goes on under the record's own id.
  const instance_id = revision > 1 ? draft.instance_id : crypto.randomUUID();
  const record = { instance_id, revision, form_id, form_version, digest: await digestOf(body) };
  const row = await anonymousRow(vault, draft.instance_id, { ...record, encoding: "plain", body, attachments: [] }, chance);
  const kept = await moved(vault, draft.instance_id, row);
  const back = await read(vault.store, (connection) => connection.get("anonymous", row.key));
  if (!back || !isSame(back.sealed, kept.sealed)) throw new NotSaved("not_read_back");
  const { envelope } = (await opened(vault, back))!;
  const finished = JSON.parse(envelope.body) as AnonymousInterview;
  if (JSON.stringify(finished.answers) !== JSON.stringify(answers)) throw new NotSaved("already_finalised");
  return envelope.instance_id;
}

async function moved(vault: OpenVault, draftId: string, row: AnonymousRow): Promise<AnonymousRow> {
  return commit(vault.store, ["vaults", "drafts", "anonymous"], async (transaction) => {
    const anonymous = transaction.objectStore("anonymous");
    const drafts = transaction.objectStore("drafts");
    const present = await anonymous.get(row.key);
    // Neither draft nor record: it was finished before, and has gone.
    const draft = await drafts.get(draftId);
    if (!present && !draft) throw new NotSaved("already_finalised");
    // Sealed is what lies on the disk: not what this tab had before another one saved.
    if (draft && draft.count !== countSeen(vault, draftId)) throw new NotSaved("changed_elsewhere");
    if (!present) await anonymous.put(row);
    await drafts.delete(draftId);
    const vaults = transaction.objectStore("vaults");
    if (!(await vaults.getKey(vault.row.id))) await vaults.put(vault.row);
    return present ?? row;
  });
}

async function roundOf(vault: OpenVault, { visit }: Draft): Promise<string> {
  if (visit === null) return "";
  const visits = await readVisits(vault);
  return visits.find(({ code }) => code === visit)?.round ?? "";
}

async function opened(vault: OpenVault, { key, sealed }: AnonymousRow): Promise<WaitingAnonymous | null> {
  const dataKey = keyOf(vault);
  try {
    const { due, envelope } = await unsealValue<Content>(dataKey, "anonymous", key, sealed);
    return { key, due, envelope };
  } catch {
    // Another officer's.
    return null;
  }
}

function drawn(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}
