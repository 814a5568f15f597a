// SHA-256 as the protocol spells it.

/** `sha256:` and 64 hex digits over the UTF-8 bytes of `text`. */
export async function digestOf(text: string): Promise<string> {
  return `sha256:${await hexOf(new TextEncoder().encode(text))}`;
}

/** 64 hex digits. */
export async function hexOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
