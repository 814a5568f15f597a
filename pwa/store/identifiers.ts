// Names that tablets make up without asking anybody.
import { hexOf } from "./digest.ts";

/** A UUID version 7: 48 bits of clock for neat index pages, 74 random bits against collisions. */
export function newTimedId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint16(0, Math.floor(now / 2 ** 32));
  new DataView(bytes.buffer).setUint32(2, now % 2 ** 32);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Where a draft's anonymous record lies: under no id that the browser's history or the centre has. */
export async function anonymousPlace(draftId: string): Promise<string> {
  return hexOf(new TextEncoder().encode(`anonymous\n${draftId}`));
}
