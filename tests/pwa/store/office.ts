// The office's side of a receipt: a key pair and a signature as the server makes it.
import type { Receipt, ReceiptKey } from "../../../pwa/generated/schemas.ts";
import { receiptText } from "../../../pwa/store/records/receipts.ts";

export interface Office {
  key: ReceiptKey;
  sign: (receipt: Partial<Receipt>) => Promise<Receipt>;
}

export async function newOffice(key_id = "office-1"): Promise<Office> {
  const ecdsa = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const spki = await crypto.subtle.exportKey("spki", pair.publicKey);
  const sign = async (given: Partial<Receipt>) => {
    const receipt = { ...BLANK, key_id, ...given };
    const text = new TextEncoder().encode(receiptText(receipt));
    const how = { name: "ECDSA", hash: "SHA-256" };
    const signature = await crypto.subtle.sign(how, pair.privateKey, text);
    return { ...receipt, signature: base64url(signature) };
  };
  return { key: { key_id, public_key: base64url(spki) }, sign };
}

const BLANK: Receipt = {
  instance_id: "",
  revision: 1,
  digest: "",
  status: "accepted",
  sequence: 7,
  received_at: "2026-11-21T08:00:00.000Z",
  missing_attachments: [],
  key_id: "",
  signature: "",
};

function base64url(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString("base64url");
}
