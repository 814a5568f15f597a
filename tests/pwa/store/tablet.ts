// A tablet for tests: a fresh database, officers, drafts and finished interviews.
import "fake-indexeddb/auto";
import { serialize } from "node:v8";
import type { Interview } from "../../../pwa/generated/schemas.ts";
import { openStore, read, type Store } from "../../../pwa/store/database.ts";
import { newDraft, saveDraft, type Draft } from "../../../pwa/store/records/drafts.ts";
import { envelopeOf, finalise } from "../../../pwa/store/records/outbox.ts";
import { VERSION, type StoreName } from "../../../pwa/store/schema.ts";
import { createVault, type Credentials, type OpenVault } from "../../../pwa/store/vault/vault.ts";

export const AYSE: Credentials = { username: "ayse.demir", password: "karlı dağların ardında" };
export const MEHMET: Credentials = { username: "mehmet.kaya", password: "sabah çayı ve simit" };

let tablets = 0;

/** A tablet that was never used. */
export async function newTablet(): Promise<Store> {
  return openStore(`tablet-${process.pid}-${(tablets += 1)}`);
}

/** The same tablet in another tab, or after the browser was killed. */
export async function sameTablet(store: Store): Promise<Store> {
  return openStore(store.name);
}

export async function vaultOf(store: Store, officer = AYSE): Promise<OpenVault> {
  return createVault(store, officer, { identity: "confirmed" });
}

export function draftWith(answers: Record<string, unknown>, base: Partial<Draft> = {}): Draft {
  const about = { form_id: "A_vatandas_gorusme", form_version: "2026112101", visit: null };
  const started_at = "2026-11-21T10:00:00.000+03:00";
  return { ...newDraft({ ...about, started_at, language: "tr", title: "Çankaya" }), answers, ...base };
}

export function interviewOf(draft: Draft): Interview {
  return {
    form_id: draft.form_id,
    form_version: draft.form_version,
    visit: draft.visit,
    language: draft.language,
    started_at: draft.started_at,
    finished_at: "2026-11-21T10:20:00.000+03:00",
    app_version: "test",
    answers: draft.answers,
    paradata: draft.paradata,
  };
}

/** A record in the outbox. */
export async function finished(vault: OpenVault, answers: Record<string, unknown> = { q1: "1" }) {
  const draft = draftWith(answers);
  await saveDraft(vault, draft);
  await finalise(vault, draft, interviewOf(draft));
  const { instance_id, revision, digest } = await envelopeOf(vault, draft);
  return { instance_id, revision, digest };
}

const STORES: StoreName[] = ["facts", "forms", "vaults", "visits", "drafts", "attachments", "outbox", "anonymous"];

/** Every byte that lies on the tablet. */
export async function rawBytes(store: Store): Promise<Buffer> {
  const rows = await read(store, (connection) =>
    Promise.all(STORES.map((name) => connection.getAll(name))),
  );
  return serialize(rows);
}

/** Change a row behind the app's back, as a fault or a thief would. */
export async function tamper(
  store: Store,
  name: StoreName,
  change: (row: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const connection = await plainConnection(store.name);
  const rows = connection.transaction(name, "readwrite").objectStore(name);
  const all = await promised(rows.getAll());
  await Promise.all(all.map((row: Record<string, unknown>) => promised(rows.put(change(row)))));
  connection.close();
}

/** What a browser does that runs out of room for its sites. */
export async function evict(store: Store): Promise<void> {
  const connection = await plainConnection(store.name);
  const transaction = connection.transaction([...STORES], "readwrite");
  await Promise.all(STORES.map((name) => promised(transaction.objectStore(name).clear())));
  connection.close();
}

function plainConnection(name: string): Promise<IDBDatabase> {
  return promised(indexedDB.open(name, VERSION));
}

function promised<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
