// Finished records on their way. A record leaves only 30 days after a receipt that proves it arrived.
import type { Envelope, Interview, Receipt } from "../../generated/schemas.ts";
import { dropAttachments, namesIn, referencesTo } from "./attachments.ts";
import { centreTime } from "../clock.ts";
import { isSame, sealValue, unsealValue } from "../vault/cipher.ts";
import { commit, read, type Store } from "../database.ts";
import { digestOf } from "../digest.ts";
import { countSeen, settled, type Draft } from "./drafts.ts";
import { NotFound, NotSaved } from "../problems.ts";
import { pageOf, type Range } from "./paging.ts";
import { shelved, type OutboxRow, type Shelf } from "../schema.ts";
import { keyOf, underWay, type OpenVault } from "../vault/vault.ts";

export type RecordState =
  | "waiting"
  | "sending"
  | "delivered"
  | "conflict"
  | "quarantined"
  | "refused-identity";

export interface OutboxItem {
  readonly instance_id: string;
  readonly revision: number;
  readonly form_id: string;
  readonly form_version: string;
  readonly title: string;
  readonly state: RecordState;
  readonly finalised_at: number;
  /** How long it has been waiting by the clock; never negative when the clock jumps. */
  readonly age: number;
  readonly attempts: number;
  readonly problem: string | null;
  readonly receipt: Receipt | null;
}

interface Content {
  title: string;
  envelope: Envelope;
}

/**
 * Turn a draft into a record, in one transaction: either the draft is there or the record is, never
 * both, never neither. Resolves after the record was read back; calling again gives the same record.
 * NotSaved where another tab has saved other answers since: sealed is what lies on the disk, or nothing.
 */
export function finalise(
  vault: OpenVault,
  draft: Draft,
  interview: Interview,
): Promise<OutboxItem> {
  return underWay(vault, finalised(vault, draft, interview));
}

interface Listing extends Range {
  /** Both where it is not said. */
  shelf?: Shelf;
  /** The ids that an upload has in hand. */
  sending?: ReadonlySet<string>;
  now?: number;
}

/** The officer's records, the newest first. Only what is listed is opened: ask for a page of many. */
export async function listOutbox(
  vault: OpenVault,
  { shelf, sending = new Set(), now = centreTime().getTime(), ...range }: Listing = {},
): Promise<OutboxItem[]> {
  const shelves: Shelf[] = shelf ? [shelf] : ["waiting", "delivered"];
  const rows = (await Promise.all(shelves.map((one) => recordsOf(vault, one, range)))).flat();
  rows.sort((left, right) => right.finalised_at - left.finalised_at);
  return Promise.all(rows.map((row) => itemOf(vault, row, { sending, now })));
}

/** What lies on a shelf, sealed, the newest first. */
export async function recordsOf(vault: OpenVault, shelf: Shelf, range: Range = {}): Promise<OutboxRow[]> {
  return read(vault.store, (connection) => {
    const index = connection.transaction("outbox").store.index("shelf");
    return pageOf(index, onShelf(vault.row.id, shelf), range);
  });
}

export interface OutboxCounts {
  readonly waiting: number;
  readonly delivered: number;
  /** How long the oldest of the waiting has waited; null when none does. */
  readonly oldest: number | null;
}

/** How much waits and how much has arrived: counted in the index, nothing is opened. */
export async function countOutbox(vault: OpenVault, now = centreTime().getTime()): Promise<OutboxCounts> {
  const { id } = vault.row;
  return read(vault.store, async (connection) => {
    const index = connection.transaction("outbox").store.index("shelf");
    const [waiting, delivered, first] = await Promise.all([
      index.count(onShelf(id, "waiting")),
      index.count(onShelf(id, "delivered")),
      index.openKeyCursor(onShelf(id, "waiting")),
    ]);
    return { waiting, delivered, oldest: first && Math.max(0, now - first.key[2]) };
  });
}

/** The latest revision of a record, null where it is not on this tablet. */
export async function findRecord(vault: OpenVault, instanceId: string): Promise<OutboxItem | null> {
  const revisions = IDBKeyRange.bound([instanceId], [instanceId, []]);
  const rows = await read(vault.store, (connection) => connection.getAll("outbox", revisions));
  const row = rows.filter((row) => row.vault === vault.row.id).at(-1);
  return row ? itemOf(vault, row, { sending: new Set(), now: centreTime().getTime() }) : null;
}

/** How much waits on this tablet, by username; needs no open vault, shows no record. */
export async function unsentCounts(store: Store): Promise<Map<string, number>> {
  return read(store, async (connection) => {
    const counts = new Map<string, number>();
    for (const { id, username } of await connection.getAll("vaults")) {
      const waiting = await connection.countFromIndex("outbox", "shelf", onShelf(id, "waiting"));
      if (waiting > 0) counts.set(username, (counts.get(username) ?? 0) + waiting);
    }
    return counts;
  });
}

/** The envelope of a record, byte for byte as it was finalised. */
export async function envelopeOf(
  vault: OpenVault,
  { instance_id, revision }: Pick<OutboxRow, "instance_id" | "revision">,
): Promise<Envelope> {
  const key: [string, number] = [instance_id, revision];
  const row = await read(vault.store, (connection) => connection.get("outbox", key));
  if (row?.vault !== vault.row.id) throw new NotFound(`record ${instance_id}`);
  return (await contentOf(vault, row)).envelope;
}

async function finalised(vault: OpenVault, draft: Draft, interview: Interview) {
  await settled(vault, draft.instance_id);
  const { instance_id, revision, form_id, form_version } = draft;
  const body = JSON.stringify(interview);
  const digest = await digestOf(body);
  const record = { instance_id, revision, form_id, form_version, digest };
  const names = namesIn(interview.answers);
  const attachments = await referencesTo(vault, instance_id, names);
  const envelope: Envelope = { ...record, encoding: "plain", body, attachments };
  const content: Content = { title: draft.title, envelope };
  const row: OutboxRow = {
    ...record,
    ...{ vault: vault.row.id, finalised_at: centreTime().getTime(), attempts: 0, problem: null, receipt: null },
    ...shelved(null),
    sealed: await sealValue(keyOf(vault), "record", `${instance_id}/${revision}`, content),
  };
  const kept = await sealSettled(vault, row, names);
  if (kept !== row && !(await saysTheSame(vault, kept, interview))) throw new NotSaved("already_finalised");
  const back = await read(vault.store, (connection) =>
    connection.get("outbox", [instance_id, revision]),
  );
  if (!back || !isSame(back.sealed, kept.sealed)) throw new NotSaved("not_read_back");
  return itemOf(vault, back, { sending: new Set(), now: centreTime().getTime() });
}

/** Seal once no save of this tab is under way; one that began meanwhile is this tab's own, and waited for. */
async function sealSettled(vault: OpenVault, row: OutboxRow, names: readonly string[]): Promise<OutboxRow> {
  for (;;) {
    await settled(vault, row.instance_id);
    const seen = countSeen(vault, row.instance_id);
    try {
      return await moveToOutbox(vault, row, { names, seen });
    } catch (error) {
      await settled(vault, row.instance_id);
      if (countSeen(vault, row.instance_id) === seen) throw error;
    }
  }
}

async function saysTheSame(vault: OpenVault, kept: OutboxRow, interview: Interview): Promise<boolean> {
  const { envelope } = await contentOf(vault, kept);
  const { answers } = JSON.parse(envelope.body) as Interview;
  return JSON.stringify(answers) === JSON.stringify(interview.answers);
}

interface Sealing {
  /** Files that the answers name. */
  readonly names: readonly string[];
  /** The draft's `count` that is sealed. */
  readonly seen: number;
}

async function moveToOutbox(vault: OpenVault, row: OutboxRow, { names, seen }: Sealing): Promise<OutboxRow> {
  return commit(vault.store, ["vaults", "drafts", "attachments", "outbox"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    const present = await outbox.get([row.instance_id, row.revision]);
    const draft = await transaction.objectStore("drafts").get(row.instance_id);
    if (draft && draft.count !== seen) throw new NotSaved("changed_elsewhere");
    if (!present) await dropAttachments(transaction, row.instance_id, (name) => !names.includes(name));
    // A second tap, or a retry after a commit whose answer got lost: sealed once per revision.
    if (!present) await outbox.put(row);
    await transaction.objectStore("drafts").delete(row.instance_id);
    const vaults = transaction.objectStore("vaults");
    if (!(await vaults.getKey(vault.row.id))) await vaults.put(vault.row);
    return present ?? row;
  });
}

function onShelf(vault: string, shelf: Shelf): IDBKeyRange {
  return IDBKeyRange.bound([vault, shelf], [vault, shelf, []]);
}

async function contentOf(vault: OpenVault, row: OutboxRow): Promise<Content> {
  return unsealValue(keyOf(vault), "record", `${row.instance_id}/${row.revision}`, row.sealed);
}

async function itemOf(
  vault: OpenVault,
  row: OutboxRow,
  { sending, now }: { sending: ReadonlySet<string>; now: number },
): Promise<OutboxItem> {
  const { sealed: _sealed, vault: _vault, digest: _digest, shelf: _shelf, ...shown } = row;
  const { title } = await contentOf(vault, row);
  const age = Math.max(0, now - row.finalised_at);
  return { ...shown, title, age, state: stateOf(vault, row, sending) };
}

function stateOf(vault: OpenVault, row: OutboxRow, sending: ReadonlySet<string>): RecordState {
  if (row.receipt?.status === "conflict" || row.receipt?.status === "quarantined") {
    return row.receipt.status;
  }
  if (row.receipt) return "delivered";
  if (sending.has(row.instance_id)) return "sending";
  return vault.row.identity === "refused" ? "refused-identity" : "waiting";
}
