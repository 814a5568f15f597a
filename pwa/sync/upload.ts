// What goes up: every record without a receipt, in batches, each record's fate for itself.
import type { BatchResult, Envelope, Receipt, SubmissionBatch } from "../generated/schemas.ts";
import { deviceId } from "../store/device.ts";
import { acceptReceipt, noteAttempt, unsent } from "../store/records/delivery.ts";
import { envelopeOf } from "../store/records/outbox.ts";
import { isBatchResult, isReceipt } from "./answers.ts";
import { uploadAttachments, type Sent } from "./attachments.ts";
import { ask, type Server } from "./exchange.ts";
import type { Session } from "./session.ts";
import { newSteps, type Attempt } from "./steps.ts";
import { isAboutContent, problemOf, stopAfter, type Stop } from "./stopping.ts";

export interface Progress {
  /** Ids that are on the way right now. */
  sending: ReadonlySet<string>;
  /** Bytes of photos and documents, for the record whose files are on the way. */
  files: { readonly instance_id: string; readonly sent: number; readonly total: number } | null;
  delivered: number;
  total: number;
}

export interface Upload extends Stop {
  delivered: number;
  left: number;
}

export const BATCH = 25;
/** The server takes 8 MB; JSON inside JSON grows by its escapes. */
export const BATCH_CHARACTERS = 2_000_000;

interface Run {
  server: Server;
  session: Session;
  device: string;
  total: number;
  delivered: number;
  /** Records that the server holds, and the files it still misses of them. */
  incomplete: Incomplete[];
  onProgress: (progress: Progress) => void;
  attempt: Attempt;
}

interface Incomplete {
  envelope: Envelope;
  missing: readonly string[];
}

/** Send what waits, each record at most once; the rest is for the next run. */
export async function uploadRecords(
  server: Server,
  session: Session,
  onProgress: (progress: Progress) => void = () => undefined,
  attempt: Attempt = newSteps().attempt,
): Promise<Upload> {
  const { vault } = session;
  const waiting = await unsent(vault);
  const device = await deviceId(vault.store);
  const about = { server, session, device, onProgress, attempt };
  const run: Run = { ...about, total: waiting.length, delivered: 0, incomplete: [] };
  let stop: Stop | null = null;
  while (waiting.length > 0 && !stop) {
    const batch = await nextBatch(run, waiting);
    if (batch.length > 0) stop = await send(run, batch);
  }
  if (!stop) stop = await complete(run);
  tell(run, []);
  const { delivered, total } = run;
  return { delivered, left: total - delivered, ...(stop ?? { stopped: null, retryAfter: null }) };
}

async function nextBatch(
  { session, attempt }: Run,
  waiting: { instance_id: string; revision: number }[],
): Promise<Envelope[]> {
  const batch: Envelope[] = [];
  let characters = 0;
  while (waiting.length > 0 && batch.length < BATCH) {
    const [first] = waiting;
    const envelope = await attempt("record", () => envelopeOf(session.vault, first!));
    if (!envelope) {
      // It stays where it is, and the others go without it.
      waiting.shift();
      continue;
    }
    characters += envelope.body.length;
    if (batch.length > 0 && characters > BATCH_CHARACTERS) break;
    batch.push(envelope);
    waiting.shift();
  }
  return batch;
}

/** Send the files that receipts miss, each record's for itself; then ask for its receipt again. */
async function complete(run: Run): Promise<Stop | null> {
  const { vault, token } = run.session;
  for (const { envelope, missing } of run.incomplete.splice(0)) {
    const { instance_id } = envelope;
    const sending = new Set([instance_id]);
    const onBytes = (sent: number, total: number) =>
      run.onProgress({ ...progressOf(run), sending, files: { instance_id, sent, total } });
    const upload = () => uploadAttachments({ ...run, vault, token }, envelope, { missing, onBytes });
    const outcome = (await run.attempt("record", upload)) ?? UNREADABLE;
    if (outcome.kind === "failed") {
      await note(run, envelope, outcome.problem);
      if (outcome.stop) return outcome.stop;
      continue;
    }
    const stop = await send(run, [envelope]);
    if (stop) return stop;
  }
  // What the server still misses is for the next run: this one has sent all it had.
  for (const { envelope } of run.incomplete) await note(run, envelope, "attachments_missing");
  return null;
}

const UNREADABLE: Sent = { kind: "failed", problem: "attachment_lost", stop: null };

/** What cannot be noted, on a full disk, is told; the record waits all the same. */
async function note({ attempt, session }: Run, envelope: Envelope, problem: string): Promise<void> {
  await attempt("receipt", () => noteAttempt(session.vault.store, envelope, problem));
}

async function send(run: Run, batch: Envelope[]): Promise<Stop | null> {
  tell(run, batch);
  const body: SubmissionBatch = {
    receipt_format: 2,
    device_id: run.device,
    sent_at: new Date().toISOString(),
    submissions: batch,
  };
  const { token } = run.session;
  const reply = await ask(run.server, "/api/v1/submissions", { method: "POST", body, token });
  if (reply.kind === "answer" && isBatchResult(reply.value)) {
    await settle(run, batch, reply.value);
    return null;
  }
  if (isAboutContent(reply) && batch.length > 1) return sendHalves(run, batch);
  const problem = problemOf(reply);
  for (const envelope of batch) await note(run, envelope, problem);
  return stopAfter(reply);
}

// One record that the server cannot read must not hold up the others.
async function sendHalves(run: Run, batch: Envelope[]) {
  const middle = Math.ceil(batch.length / 2);
  return (await send(run, batch.slice(0, middle))) ?? send(run, batch.slice(middle));
}

async function settle(run: Run, batch: Envelope[], answer: BatchResult): Promise<void> {
  const { store } = run.session.vault;
  for (const envelope of batch) {
    const result = answer.results.find((candidate) => isAbout(candidate, envelope));
    const receipt = result?.receipt;
    const problem = typeof result?.problem === "string" ? result.problem : null;
    const accept = async () => isReceipt(receipt) && acceptReceipt(store, envelope, { receipt, problem });
    const isAccepted = await run.attempt("receipt", accept);
    if (isAccepted === null) continue;
    if (isAccepted) {
      run.delivered += 1;
    } else if (isReceipt(receipt) && missingIn(envelope, receipt).length > 0) {
      run.incomplete.push({ envelope, missing: missingIn(envelope, receipt) });
    } else {
      await note(run, envelope, receipt ? "receipt_not_valid" : (problem ?? "no_receipt"));
    }
  }
}

/** Only files of this very record: nobody can have others sent by naming them. */
function missingIn({ attachments = [] }: Envelope, { missing_attachments = [] }: Receipt): string[] {
  return attachments.map(({ digest }) => digest).filter((digest) => missing_attachments.includes(digest));
}

function isAbout(result: unknown, { instance_id, revision }: Envelope): boolean {
  const { receipt, instance_id: id } = (result ?? {}) as Record<string, unknown>;
  if (!receipt) return id === instance_id;
  const about = receipt as Record<string, unknown>;
  return about["instance_id"] === instance_id && about["revision"] === revision;
}

function tell(run: Run, batch: Envelope[]): void {
  const sending = new Set(batch.map((envelope) => envelope.instance_id));
  run.onProgress({ ...progressOf(run), sending });
}

function progressOf({ delivered, total }: Run) {
  return { delivered, total, files: null };
}
