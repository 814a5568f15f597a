// What lies in IndexedDB. Whatever an officer typed lies in a `Sealed`; the rest may be read by anyone.
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from "idb";
import type { Catalogue, FormSummary, Officer, Receipt, ReceiptKey } from "../generated/schemas.ts";

/** AES-GCM ciphertext with its own 96-bit nonce. */
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: Uint8Array<ArrayBuffer>;
}

export type Identity = "confirmed" | "unconfirmed" | "refused";

export interface VaultRow {
  id: string;
  username: string;
  identity: Identity;
  officer: Officer | null;
  opened_at: number;
  salt: Uint8Array<ArrayBuffer>;
  iterations: number;
  wrapped_key: Sealed;
}

export interface FormRow {
  id: string;
  version: string;
  digest: string;
  text: string;
}

export interface VisitsRow {
  vault: string;
  sealed: Sealed;
}

export interface DraftRow {
  instance_id: string;
  vault: string;
  form_id: string;
  form_version: string;
  saved_at: number;
  /** Counts the saves, so that a tab notices another tab's. */
  count: number;
  sealed: Sealed;
}

/** A file of an interview; its name is its SHA-256. */
export interface AttachmentRow {
  instance_id: string;
  name: string;
  vault: string;
  size: number;
  media_type: string;
  sealed: Sealed;
}

/** A finished record of an anonymous form; nothing beside what is sealed tells form, time or officer. */
export interface AnonymousRow {
  key: string;
  sealed: Sealed;
}

/** Where a record lies in the outbox: until its receipt, and after it. */
export type Shelf = "waiting" | "delivered";

export interface OutboxRow {
  instance_id: string;
  revision: number;
  vault: string;
  form_id: string;
  form_version: string;
  digest: string;
  finalised_at: number;
  attempts: number;
  /** Why the last attempt brought no receipt, or why a receipted record needs the office. */
  problem: string | null;
  receipt: Receipt | null;
  shelf: Shelf;
  /** The receipt's time by the server's clock. */
  received_at?: number;
  sealed: Sealed;
}

export interface Lease {
  holder: string;
  until: number;
}

export interface PinnedKey {
  trusted: ReceiptKey;
  /** A different key the server showed later; not believed until a person says so. */
  offered: ReceiptKey | null;
}

/** The public part of the catalogue. */
export interface PublicCatalogue {
  server_time: Catalogue["server_time"];
  forms: FormSummary[];
  correction_days?: Catalogue["correction_days"];
  /** Offered until the list last changed: somebody may just be beginning an interview with one. */
  before?: FormSummary[];
}

/** What the centre last said of the time, and how far the tablet's clock was ahead of it, in ms. */
export interface Heard {
  ahead: number;
  said: number;
}

export interface Facts {
  clock: Heard;
  device_id: string;
  catalogue: PublicCatalogue;
  receipt_key: PinnedKey;
  lease: Lease;
  /** How many anonymous records have arrived from this tablet. */
  anonymous_delivered: number;
}

export interface Schema extends DBSchema {
  facts: { key: string; value: Facts[keyof Facts] };
  forms: { key: [string, string]; value: FormRow };
  vaults: { key: string; value: VaultRow; indexes: { username: string } };
  visits: { key: string; value: VisitsRow };
  drafts: {
    key: string;
    value: DraftRow;
    indexes: { vault: string; saved: [string, number]; form: [string, string] };
  };
  attachments: { key: [string, string]; value: AttachmentRow; indexes: { vault: string } };
  anonymous: { key: string; value: AnonymousRow };
  outbox: {
    key: [string, number];
    value: OutboxRow;
    indexes: {
      vault: string;
      shelf: [string, Shelf, number];
      form: [string, string];
      received_at: number;
    };
  };
}

export type StoreName = StoreNames<Schema>;
export type Connection = IDBPDatabase<Schema>;

export type Upgrade = IDBPTransaction<Schema, StoreName[], "versionchange">;

export const VERSION = 4;

/** Bring a database from `from` (0 = new) to VERSION. Steps are only ever added. */
export async function migrate(connection: Connection, from: number, upgrade: Upgrade): Promise<void> {
  if (from < 1) {
    connection.createObjectStore("facts");
    connection.createObjectStore("forms", { keyPath: ["id", "version"] });
    connection.createObjectStore("visits", { keyPath: "vault" });
    const vaults = connection.createObjectStore("vaults", { keyPath: "id" });
    vaults.createIndex("username", "username");
    const drafts = connection.createObjectStore("drafts", { keyPath: "instance_id" });
    drafts.createIndex("vault", "vault");
    const outbox = connection.createObjectStore("outbox", {
      keyPath: ["instance_id", "revision"],
    });
    outbox.createIndex("vault", "vault");
  }
  if (from < 2) await addListings(upgrade);
  if (from < 3) {
    const attachments = connection.createObjectStore("attachments", { keyPath: ["instance_id", "name"] });
    attachments.createIndex("vault", "vault");
  }
  if (from < 4) connection.createObjectStore("anonymous", { keyPath: "key" });
}

/** Lists are counted and paged by these, without opening what is sealed. */
async function addListings(upgrade: Upgrade): Promise<void> {
  const drafts = upgrade.objectStore("drafts");
  drafts.createIndex("saved", ["vault", "saved_at"]);
  drafts.createIndex("form", ["form_id", "form_version"]);
  const outbox = upgrade.objectStore("outbox");
  outbox.createIndex("shelf", ["vault", "shelf", "finalised_at"]);
  outbox.createIndex("form", ["form_id", "form_version"]);
  outbox.createIndex("received_at", "received_at");
  for (let cursor = await outbox.openCursor(); cursor; cursor = await cursor.continue()) {
    await cursor.update({ ...cursor.value, ...shelved(cursor.value.receipt) });
  }
}

/** What a receipt, or having none, says about where a record lies. */
export function shelved(receipt: Receipt | null): Pick<OutboxRow, "shelf" | "received_at"> {
  if (!receipt) return { shelf: "waiting" };
  return { shelf: "delivered", received_at: Date.parse(receipt.received_at) };
}
