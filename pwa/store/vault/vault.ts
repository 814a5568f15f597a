// One vault per officer: a random data key, wrapped under the passphrase. The open key cannot be
// exported, lives in memory only, and is gone when the vault is locked.
import type { Officer } from "../../generated/schemas.ts";
import { commit, read, type Store } from "../database.ts";
import { dataKey, unwrap, wrap } from "./passphrase.ts";
import { NotFound, NotSaved } from "../problems.ts";
import type { Identity, VaultRow } from "../schema.ts";

export interface Credentials {
  username: string;
  password: string;
}

export interface KnownOfficer {
  readonly username: string;
  readonly fullName: string | null;
}

/** A vault while it is open. Hand it to drafts, outbox and session; never store it. */
export interface OpenVault {
  readonly store: Store;
  /** What is on disk about this vault; replaced when the identity changes. */
  row: VaultRow;
  /** Null once locked. */
  key: CryptoKey | null;
  /** Writes under way; locking waits for them. */
  readonly pending: Set<Promise<unknown>>;
}

// A Turkish keyboard that capitalises the first letter must not lock anybody out.
const FOLDED: Record<string, string> = { İ: "i", ı: "i" };

/** Make a vault under this passphrase and open it. Several of one username may exist. */
export async function createVault(
  store: Store,
  { username, password }: Credentials,
  { identity, officer = null }: { identity: Identity; officer?: Officer | null },
): Promise<OpenVault> {
  const id = crypto.randomUUID();
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const wrapped = await wrap(password, id, raw);
  const key = await dataKey(raw);
  const owner = { id, username: usernameKey(username), identity, officer };
  const row: VaultRow = { ...owner, opened_at: Date.now(), ...wrapped };
  await commit(store, ["vaults"], (transaction) => transaction.objectStore("vaults").put(row));
  return { store, row, key, pending: new Set() };
}

/** Open the officer's vault that this passphrase opens; null when there is none. Needs no network. */
export async function unlock(
  store: Store,
  credentials: Credentials,
  { except }: { except?: string } = {},
): Promise<OpenVault | null> {
  for (const row of await vaultsOf(store, credentials.username)) {
    if (row.id === except) continue;
    const raw = await unwrap(credentials.password, row);
    if (!raw) continue;
    const key = await dataKey(raw);
    return { store, row: await noteOpening(store, row), key, pending: new Set() };
  }
  return null;
}

/** Who has worked on this tablet, the latest first; the full name once the server told it. */
export async function officersHere(store: Store): Promise<KnownOfficer[]> {
  const rows = await read(store, (connection) => connection.getAll("vaults"));
  rows.sort((left, right) => right.opened_at - left.opened_at);
  const officers = new Map<string, KnownOfficer>();
  for (const { username, officer } of rows) {
    const known = officers.get(username)?.fullName ?? officer?.full_name ?? null;
    officers.set(username, { username, fullName: known });
  }
  return [...officers.values()];
}

/** What is known of an officer's vaults on this tablet, without opening them. */
export async function vaultsOf(store: Store, username: string): Promise<VaultRow[]> {
  const wanted = usernameKey(username);
  return read(store, (connection) => connection.getAllFromIndex("vaults", "username", wanted));
}

/** Forget the key once every write under way has ended. Nothing on disk is touched. */
export async function lock(vault: OpenVault): Promise<void> {
  while (vault.pending.size > 0) await Promise.allSettled([...vault.pending]);
  vault.key = null;
}

/** Write down what the server said about who owns this vault. */
export async function setIdentity(
  vault: OpenVault,
  change: { identity: Identity; officer?: Officer | null; username?: string },
): Promise<void> {
  vault.row = await changeRow(vault.store, vault.row.id, (row) => ({
    ...row,
    identity: change.identity,
    officer: change.officer === undefined ? row.officer : change.officer,
    username: change.username === undefined ? row.username : usernameKey(change.username),
  }));
}

/** Put another passphrase on an open vault; only who knows the present one can. */
export async function changePassphrase(
  vault: OpenVault,
  present: string,
  wanted: string,
): Promise<boolean> {
  const raw = await unwrap(present, vault.row);
  if (!raw) return false;
  const changed = await wrap(wanted, vault.row.id, raw);
  raw.fill(0);
  vault.row = await changeRow(vault.store, vault.row.id, (row) => ({ ...row, ...changed }));
  return true;
}

/** The key of an open vault; NotSaved("locked") after locking. */
export function keyOf(vault: OpenVault): CryptoKey {
  if (!vault.key) throw new NotSaved("locked");
  return vault.key;
}

/** Count a write as under way, so that locking waits for it. */
export function underWay<T>(vault: OpenVault, write: Promise<T>): Promise<T> {
  const settled: Promise<unknown> = write.then(
    () => vault.pending.delete(settled),
    () => vault.pending.delete(settled),
  );
  vault.pending.add(settled);
  return write;
}

/** The one spelling of a user name; twin of `normal_username` on the server. */
export function usernameKey(username: string): string {
  return username.trim().replace(/[A-Zİı]/g, (letter) => FOLDED[letter] ?? letter.toLowerCase());
}

// A full disk must not keep anybody from what is on it.
async function noteOpening(store: Store, row: VaultRow): Promise<VaultRow> {
  const change = (present: VaultRow) => ({ ...present, opened_at: Date.now() });
  return changeRow(store, row.id, change).catch(() => row);
}

async function changeRow(store: Store, id: string, change: (row: VaultRow) => VaultRow) {
  return commit(store, ["vaults"], async (transaction) => {
    const vaults = transaction.objectStore("vaults");
    const row = await vaults.get(id);
    if (!row) throw new NotFound(`vault ${id}`);
    const changed = change(row);
    await vaults.put(changed);
    return changed;
  });
}
