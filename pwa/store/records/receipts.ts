// When a receipt counts: it names this very revision and digest, nothing is missing, and the
// server's key signed it. The text is the twin of `schemas.protocol.sync.receipt_text`.
import type { Receipt, ReceiptKey } from "../../generated/schemas.ts";

/** Whether `receipt` proves that the server holds exactly these bytes. */
export async function proves(
  receipt: Receipt,
  record: { instance_id: string; revision: number; digest: string },
  key: ReceiptKey,
): Promise<boolean> {
  return (
    receipt.instance_id === record.instance_id &&
    receipt.revision === record.revision &&
    receipt.digest === record.digest &&
    (receipt.missing_attachments ?? []).length === 0 &&
    receipt.key_id === key.key_id &&
    isSigned(receipt, key)
  );
}

/** The text that a receipt's signature covers. */
export function receiptText(receipt: Receipt): string {
  return [
    receipt.epoch ? "izdes-receipt-2" : "izdes-receipt-1",
    receipt.instance_id,
    String(receipt.revision),
    receipt.digest,
    receipt.status,
    String(receipt.sequence),
    receipt.received_at,
    (receipt.missing_attachments ?? []).join(","),
    ...(receipt.epoch ? [receipt.epoch] : []),
  ].join("\n");
}

/** What two people can compare by voice: 32 hex digits of the key's SHA-256, in fours. */
export async function fingerprint(key: ReceiptKey): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", fromBase64url(key.public_key));
  const hex = Array.from(new Uint8Array(hash, 0, 16), (byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").match(/.{4}/g)!.join(" ");
}

async function isSigned(receipt: Receipt, key: ReceiptKey): Promise<boolean> {
  try {
    const ecdsa = { name: "ECDSA", namedCurve: "P-256" };
    const spki = fromBase64url(key.public_key);
    const publicKey = await crypto.subtle.importKey("spki", spki, ecdsa, false, ["verify"]);
    const text = new TextEncoder().encode(receiptText(receipt));
    const how = { name: "ECDSA", hash: "SHA-256" };
    return await crypto.subtle.verify(how, publicKey, fromBase64url(receipt.signature), text);
  } catch {
    // Not base64, not a key: in any case not a signature.
    return false;
  }
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
