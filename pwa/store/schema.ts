// What lies in IndexedDB. Whatever an officer typed lies in a `Sealed`; the rest may be read by anyone.
import type { DBSchema, IDBPDatabase, StoreNames } from "idb";
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
}

export interface Facts {
  device_id: string;
  catalogue: PublicCatalogue;
  receipt_key: PinnedKey;
  lease: Lease;
}

export interface Schema extends DBSchema {
  facts: { key: string; value: Facts[keyof Facts] };
  forms: { key: [string, string]; value: FormRow };
  vaults: { key: string; value: VaultRow; indexes: { username: string } };
  visits: { key: string; value: VisitsRow };
  drafts: { key: string; value: DraftRow; indexes: { vault: string } };
  outbox: { key: [string, number]; value: OutboxRow; indexes: { vault: string } };
}

export type StoreName = StoreNames<Schema>;
export type Connection = IDBPDatabase<Schema>;

export const VERSION = 1;

/** Bring a database from `from` (0 = new) to VERSION. Steps are only ever added. */
export function migrate(connection: Connection, from: number): void {
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
}
