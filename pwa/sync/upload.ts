// What goes up: every record without a receipt, in batches, each record's fate for itself.
import type { BatchResult, Envelope, SubmissionBatch } from "../generated/schemas.ts";
import { deviceId } from "../store/device.ts";
import { acceptReceipt, noteAttempt, unsent } from "../store/delivery.ts";
import { envelopeOf } from "../store/outbox.ts";
import { isBatchResult, isReceipt } from "./answers.ts";
import { ask, type Reply, type Server } from "./exchange.ts";
import type { Session } from "./session.ts";

export interface Progress {
  /** Ids that are on the way right now. */
  sending: ReadonlySet<string>;
  delivered: number;
  total: number;
}

export interface Upload {
  delivered: number;
  left: number;
  /** Why it stopped before every record was tried; null when it did not. */
  stopped: "unreachable" | "busy" | "session_expired" | "not_allowed" | null;
  retryAfter: number | null;
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
  onProgress: (progress: Progress) => void;
}

/** Send what waits, each record at most once; the rest is for the next run. */
export async function uploadRecords(
  server: Server,
  session: Session,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Upload> {
  const { vault } = session;
  const waiting = await unsent(vault);
  const device = await deviceId(vault.store);
  const run: Run = { server, session, device, total: waiting.length, delivered: 0, onProgress };
  let stop: Pick<Upload, "stopped" | "retryAfter"> | null = null;
  while (waiting.length > 0 && !stop) stop = await send(run, await nextBatch(session, waiting));
  tell(run, []);
  const { delivered, total } = run;
  return { delivered, left: total - delivered, ...(stop ?? { stopped: null, retryAfter: null }) };
}

async function nextBatch(
  { vault }: Session,
  waiting: { instance_id: string; revision: number }[],
): Promise<Envelope[]> {
  const batch: Envelope[] = [];
  let characters = 0;
  while (waiting.length > 0 && batch.length < BATCH) {
    const envelope = await envelopeOf(vault, waiting[0]!);
    characters += envelope.body.length;
    if (batch.length > 0 && characters > BATCH_CHARACTERS) break;
    batch.push(envelope);
    waiting.shift();
  }
  return batch;
}

async function send(
  run: Run,
  batch: Envelope[],
): Promise<Pick<Upload, "stopped" | "retryAfter"> | null> {
  tell(run, batch);
  const body: SubmissionBatch = {
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
  for (const envelope of batch) await noteAttempt(run.session.vault.store, envelope, problem);
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
    if (isReceipt(receipt) && (await acceptReceipt(store, envelope, { receipt, problem }))) {
      run.delivered += 1;
    } else {
      await noteAttempt(store, envelope, receipt ? "receipt_not_valid" : (problem ?? "no_receipt"));
    }
  }
}

function isAbout(result: unknown, { instance_id, revision }: Envelope): boolean {
  const { receipt, instance_id: id } = (result ?? {}) as Record<string, unknown>;
  if (!receipt) return id === instance_id;
  const about = receipt as Record<string, unknown>;
  return about["instance_id"] === instance_id && about["revision"] === revision;
}

function isAboutContent(reply: Reply): boolean {
  return reply.kind === "problem" && [400, 413, 422].includes(reply.status);
}

function problemOf(reply: Reply): string {
  if (reply.kind === "problem") return reply.code;
  return reply.kind === "silence" ? reply.why : "not_ours";
}

function stopAfter(reply: Reply): Pick<Upload, "stopped" | "retryAfter"> | null {
  if (reply.kind !== "problem") return { stopped: "unreachable", retryAfter: null };
  const { status, retryAfter } = reply;
  if (status === 401) return { stopped: "session_expired", retryAfter };
  if (status === 403) return { stopped: "not_allowed", retryAfter };
  return isAboutContent(reply) ? null : { stopped: "busy", retryAfter };
}

function tell({ onProgress, delivered, total }: Run, batch: Envelope[]): void {
  onProgress({ sending: new Set(batch.map((envelope) => envelope.instance_id)), delivered, total });
}
