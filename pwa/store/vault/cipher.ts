// Sealing one record. The nonce is fresh each time; kind and id are bound in, so that a row moved to
// another place, or another kind of row, does not open.
import type { Sealed } from "../schema.ts";

export type Kind = "data-key" | "draft" | "attachment" | "record" | "anonymous" | "visits";

/** Encrypt `plain` as the record `kind`/`id`. */
export async function seal(
  key: CryptoKey,
  kind: Kind,
  id: string,
  plain: Uint8Array<ArrayBuffer>,
): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: new Uint8Array(await crypto.subtle.encrypt(how(iv, kind, id), key, plain)) };
}

/** Decrypt; rejects with an OperationError when the key, place or bytes are not the right ones. */
export async function unseal(
  key: CryptoKey,
  kind: Kind,
  id: string,
  sealed: Sealed,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.decrypt(how(sealed.iv, kind, id), key, sealed.data));
}

/** `seal` for a value that JSON can carry. */
export async function sealValue(key: CryptoKey, kind: Kind, id: string, value: unknown) {
  return seal(key, kind, id, new TextEncoder().encode(JSON.stringify(value)));
}

/** `unseal` for a value that JSON can carry. */
export async function unsealValue<T>(key: CryptoKey, kind: Kind, id: string, sealed: Sealed) {
  return JSON.parse(new TextDecoder().decode(await unseal(key, kind, id, sealed))) as T;
}

/** Whether two sealed values are the same bytes. */
export function isSame(left: Sealed, right: Sealed): boolean {
  return equal(left.iv, right.iv) && equal(left.data, right.data);
}

function how(iv: Uint8Array<ArrayBuffer>, kind: Kind, id: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`${kind}\n${id}`) };
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
