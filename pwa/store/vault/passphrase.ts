// A data key under a passphrase: PBKDF2 makes guessing dear, AES-GCM tells a wrong guess.
import { seal, unseal } from "./cipher.ts";
import type { VaultRow } from "../schema.ts";

/** The part of a vault's row that only the right passphrase opens. */
export type Wrapped = Pick<VaultRow, "salt" | "iterations" | "wrapped_key">;

const ITERATIONS = 600_000;

/** Wrap the raw data key of vault `id`. */
export async function wrap(
  password: string,
  id: string,
  raw: Uint8Array<ArrayBuffer>,
): Promise<Wrapped> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await wrappingKey(password, salt, ITERATIONS);
  return { salt, iterations: ITERATIONS, wrapped_key: await seal(key, "data-key", id, raw) };
}

/** The raw data key of a vault, null when the passphrase is not the right one. */
export async function unwrap(
  password: string,
  row: VaultRow,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const key = await wrappingKey(password, row.salt, row.iterations);
  // A wrong passphrase shows only as a failing authentication tag.
  return unseal(key, "data-key", row.id, row.wrapped_key).catch(() => null);
}

/** Make the raw bytes a key that cannot be exported, and wipe them. */
export async function dataKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  raw.fill(0);
  return key;
}

async function wrappingKey(password: string, salt: Uint8Array<ArrayBuffer>, iterations: number) {
  const typed = new TextEncoder().encode(password.normalize("NFC"));
  const base = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}
