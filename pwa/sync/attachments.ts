// Photos and documents on their way: in pieces, so that a broken connection costs one piece at most.
import { chunk } from "../../schemas/reference/attachments.json";
import type { Envelope } from "../generated/schemas.ts";
import { readAttachment } from "../store/records/attachments.ts";
import type { OpenVault } from "../store/vault/vault.ts";
import { isHeld, type Held } from "./answers.ts";
import { ask, type Reply, type Server } from "./exchange.ts";
import { problemOf, stopAfter, type Stop } from "./stopping.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Reference = NonNullable<Envelope["attachments"]>[number];

export type Sent =
  | { kind: "sent" }
  /** `stop` is null where only this record is in trouble. */
  | { kind: "failed"; problem: string; stop: Stop | null };

interface Sender {
  readonly server: Server;
  readonly vault: OpenVault;
  readonly token: string | null;
}

interface Order {
  /** Digests that the record's receipt misses. */
  missing: readonly string[];
  onBytes: (sent: number, total: number) => void;
}

/** How often a file is begun anew that arrived damaged, or whose place was not the one we thought. */
const TRIES = 3;

/** Send those files of a record that the server misses, one after another. */
export async function uploadAttachments(
  sender: Sender,
  { instance_id, attachments = [] }: Envelope,
  { missing, onBytes }: Order,
): Promise<Sent> {
  const wanted = attachments.filter(({ digest }) => missing.includes(digest));
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  for (const file of wanted) {
    const kept = await readAttachment(sender.vault, instance_id, file.name);
    if (!kept) return { kind: "failed", problem: "attachment_lost", stop: null };
    const done = before;
    const sent = await sendFile(sender, { file, bytes: kept.bytes }, (count) => onBytes(done + count, total));
    if (sent.kind === "failed") return sent;
    before += file.size;
  }
  return { kind: "sent" };
}

interface Content {
  file: Reference;
  bytes: Bytes;
}

async function sendFile(sender: Sender, content: Content, onBytes: (sent: number) => void): Promise<Sent> {
  for (let left = TRIES; ; left -= 1) {
    const reply = await sendPieces(sender, content, onBytes);
    if (reply === null) return { kind: "sent" };
    // Another place than we thought, or damaged on the way: ask again what is held.
    const isWorthATry = reply.kind === "problem" && ["attachment_gap", "attachment_damaged"].includes(reply.code);
    if (isWorthATry && left > 1) continue;
    return isOfFile(reply)
      ? { kind: "failed", problem: faultOf(reply), stop: null }
      : { kind: "failed", problem: problemOf(reply), stop: stopAfter(reply) };
  }
}

/** What a file can be refused for. All else was said about a question: the file waits for a better one. */
const FAULTS: ReadonlySet<string> = new Set([
  "attachment_kind",
  "attachment_too_large",
  "attachment_too_many_pixels",
]);

function faultOf(reply: Reply): string {
  const problem = problemOf(reply);
  return FAULTS.has(problem) ? problem : "attachments_missing";
}

/** Said about this file alone, for good or for today: the others may well be taken. */
function isOfFile(reply: Reply): boolean {
  return reply.kind === "problem" && [400, 404, 409, 413, 415, 422].includes(reply.status);
}

/** Go on from what the server holds; null once it holds all, otherwise the answer that ended it. */
async function sendPieces(
  { server, token }: Sender,
  { file, bytes }: Content,
  onBytes: (sent: number) => void,
): Promise<Reply | null> {
  const path = `/api/v1/attachments/${file.digest}`;
  let reply = await ask(server, path, { method: "HEAD", token });
  for (let held = heldIn(reply); held; held = heldIn(reply)) {
    onBytes(held.received);
    if (held.complete) return null;
    const start = placeOf(held, bytes.length);
    const piece = bytes.slice(start, start + chunk);
    const headers = await headersOf(piece, start, bytes.length);
    reply = await ask(server, path, { method: "PUT", bytes: piece, headers, token });
    const progress = heldIn(reply);
    // A server that never gets further must not keep us here.
    if (progress && !progress.complete && progress.received <= held.received) {
      return { kind: "silence", why: "not_ours" };
    }
  }
  return reply;
}

/**
 * Where to go on. All of it is held and yet it is not whole: the server died before it put the file in
 * place. It does so at the last piece, which is sent once more; there is no piece without bytes.
 */
function placeOf({ received }: Held, total: number): number {
  return received < total ? received : Math.max(0, total - chunk);
}

function heldIn(reply: Reply): Held | null {
  return reply.kind === "answer" && isHeld(reply.value) ? reply.value : null;
}

async function headersOf(piece: Bytes, start: number, total: number): Promise<Record<string, string>> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", piece));
  return {
    "Content-Type": "application/octet-stream",
    "Content-Range": `bytes ${start}-${start + piece.length - 1}/${total}`,
    "Content-Digest": `sha-256=:${btoa(String.fromCharCode(...hash))}:`,
  };
}
