// Who works here. Locally first: a vault opens without the server, which confirms later.
import type { Store } from "../store/database.ts";
import { absorb } from "../store/records/merging.ts";
import {
  changePassphrase,
  createVault,
  lock,
  setIdentity,
  unlock,
  vaultsOf,
  type Credentials,
  type OpenVault,
} from "../store/vault/vault.ts";
import type { SessionAnswer } from "./answers.ts";
import { checkCredentials } from "./credentials.ts";
import { ask, type Server } from "./exchange.ts";
import type { Away } from "./stopping.ts";

/** An officer at work. In memory only; `endSession` empties it. */
export interface Session {
  vault: OpenVault;
  password: string | null;
  token: string | null;
  /** Whether the server has taken a token of this session for an officer's. */
  isRecognised: boolean;
}

export type SignIn =
  | { kind: "signed_in"; session: Session }
  /** The server does not know this name and password, and no vault here opens with them. */
  | { kind: "wrong_credentials" }
  /** There are vaults of this officer; none opens with this password, and the server could not say. */
  | { kind: "wrong_passphrase"; why: Away }
  /** No vault of this officer, no word of the server: have the password typed again, then `startOffline`. */
  | { kind: "first_offline"; why: Away }
  /** The server accepts; the vault here still has the previous password: `openWithPrevious`. */
  | { kind: "password_changed" }
  | { kind: "wrong_previous" }
  /** Nothing was begun: the server could not say whether the password is right. */
  | { kind: "not_started"; why: Away }
  | { kind: "too_many_attempts"; seconds: number };

export type Readiness = "ready" | "refused" | "too_many_attempts" | Away;

/** Open the officer's vault, without the network where that is possible. */
export async function signIn(
  store: Store,
  server: Server,
  credentials: Credentials,
): Promise<SignIn> {
  const vault = await unlock(store, credentials);
  if (vault) return { kind: "signed_in", session: newSession(vault, credentials.password) };
  const isKnown = (await vaultsOf(store, credentials.username)).length > 0;
  const check = await checkCredentials(server, credentials);
  if (check.kind === "too_many_attempts") return check;
  if (check.kind === "refused") return { kind: "wrong_credentials" };
  if (check.kind === "away") return { kind: isKnown ? "wrong_passphrase" : "first_offline", why: check.why };
  if (isKnown) return { kind: "password_changed" };
  return firstVault(store, credentials, check.answer);
}

/** Start a vault whose owner the server has yet to confirm. */
export async function startOffline(store: Store, credentials: Credentials): Promise<Session> {
  const vault = await createVault(store, credentials, { identity: "unconfirmed" });
  return newSession(vault, credentials.password);
}

/** Open the vault with the password it was made under and put the present one on it. */
export async function openWithPrevious(
  store: Store,
  server: Server,
  { previous, ...credentials }: Credentials & { previous: string },
): Promise<SignIn> {
  const vault = await unlock(store, { ...credentials, password: previous });
  if (!vault) return { kind: "wrong_previous" };
  const session = newSession(vault, previous);
  await confirmIdentity(server, session, credentials);
  return { kind: "signed_in", session };
}

/**
 * Leave the old vault closed, untouched with all it holds, and start a new one: for an officer who
 * has forgotten the previous password. The old one still opens with it one day.
 */
export async function startAnew(
  store: Store,
  server: Server,
  credentials: Credentials,
): Promise<SignIn> {
  const check = await checkCredentials(server, credentials);
  if (check.kind === "accepted") return firstVault(store, credentials, check.answer);
  if (check.kind === "too_many_attempts") return check;
  return check.kind === "refused" ? { kind: "wrong_credentials" } : { kind: "not_started", why: check.why };
}

/**
 * Ask the server who this officer is, with credentials typed anew after a refusal. Once accepted
 * they are the vault's name and passphrase, and another vault of the same officer is joined.
 */
export async function confirmIdentity(
  server: Server,
  session: Session,
  credentials: Credentials,
): Promise<Readiness> {
  const check = await checkCredentials(server, credentials);
  if (check.kind === "away") return check.why;
  if (check.kind === "too_many_attempts") return check.kind;
  if (check.kind === "refused") {
    await setIdentity(session.vault, { identity: "refused" });
    return "refused";
  }
  const { officer, token } = check.answer;
  // First of all: whatever cannot be written down below must not keep records from being sent.
  session.token = token;
  if (session.password !== null && session.password !== credentials.password) {
    await changePassphrase(session.vault, session.password, credentials.password);
  }
  session.password = credentials.password;
  const { username } = officer;
  await setIdentity(session.vault, { identity: "confirmed", officer, username });
  await joinOther(session, credentials.password);
  return "ready";
}

/** Make sure of a token, by itself as long as the password is in memory. */
export async function renew(server: Server, session: Session): Promise<Readiness> {
  // Asking again with a password already refused would only use up the officer's attempts.
  if (session.vault.row.identity === "refused" || session.password === null) return "refused";
  if (session.token) return "ready";
  const { username } = session.vault.row;
  return confirmIdentity(server, session, { username, password: session.password });
}

/** Lock: forget key, password and token, and tell the server if it can be reached. */
export async function endSession(server: Server, session: Session): Promise<void> {
  const { token } = session;
  session.password = null;
  session.token = null;
  await lock(session.vault);
  if (token) await ask(server, "/api/v1/session", { method: "DELETE", token });
}

async function firstVault(
  store: Store,
  credentials: Credentials,
  { officer, token }: SessionAnswer,
): Promise<SignIn> {
  const vault = await createVault(store, credentials, { identity: "confirmed", officer });
  return { kind: "signed_in", session: newSession(vault, credentials.password, token) };
}

function newSession(vault: OpenVault, password: string, token: string | null = null): Session {
  return { vault, password, token, isRecognised: false };
}

// A name mistyped offline made a second vault; under the right name both open with one password, and
// only one of them would ever be found.
async function joinOther(session: Session, password: string): Promise<void> {
  const { store, row } = session.vault;
  const credentials = { username: row.username, password };
  const other = await unlock(store, credentials, { except: row.id });
  if (other) await absorb(session.vault, other);
}
