// Anonymous records go up apart from all others, when their time has come, in an order drawn by lot,
// with no word of tablet or time.
import type { AnonymousBatch, BatchResult } from "../generated/schemas.ts";
import { acceptAnonymousReceipt, isDue, waitingAnonymous, type WaitingAnonymous } from "../store/records/anonymous.ts";
import type { OpenVault } from "../store/vault/vault.ts";
import { isBatchResult, isReceipt } from "./answers.ts";
import { ask, type Server } from "./exchange.ts";
import type { Session } from "./session.ts";
import { isAboutContent, stopAfter, type Stop } from "./stopping.ts";

export const ANONYMOUS_BATCH = 25;

export interface AnonymousUpload extends Stop {
  delivered: number;
}

const atOnce = new WeakSet<OpenVault>();

/** Let the next round send all that waits, due or not: the tablet is about to be handed over. */
export function sendAnonymousAtOnce(vault: OpenVault): void {
  atOnce.add(vault);
}

/** Send what is due; whatever gets no receipt waits on as it was. */
export async function uploadAnonymous(
  server: Server,
  session: Session,
  now: number = Date.now(),
): Promise<AnonymousUpload> {
  const { vault } = session;
  const all = await waitingAnonymous(vault);
  const due = shuffled(atOnce.has(vault) ? all : all.filter((record) => isDue(record, now)));
  const run = { server, session, delivered: 0 };
  let stop: Stop | null = null;
  for (let start = 0; start < due.length && !stop; start += ANONYMOUS_BATCH) {
    stop = await send(run, due.slice(start, start + ANONYMOUS_BATCH));
  }
  if (!stop) atOnce.delete(vault);
  return { delivered: run.delivered, ...(stop ?? { stopped: null, retryAfter: null }) };
}

interface Run {
  server: Server;
  session: Session;
  delivered: number;
}

async function send(run: Run, records: WaitingAnonymous[]): Promise<Stop | null> {
  const body: AnonymousBatch = { submissions: records.map(({ envelope }) => envelope) };
  const { token } = run.session;
  const reply = await ask(run.server, "/api/v1/anonymous-records", { method: "POST", body, token });
  if (reply.kind === "answer" && isBatchResult(reply.value)) {
    await settle(run, records, reply.value);
    return null;
  }
  // One record that the server cannot read must not hold up the others.
  if (isAboutContent(reply) && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    return (await send(run, records.slice(0, middle))) ?? send(run, records.slice(middle));
  }
  return stopAfter(reply);
}

async function settle(run: Run, records: WaitingAnonymous[], { results }: BatchResult): Promise<void> {
  for (const record of records) {
    const { instance_id, revision } = record.envelope;
    const receipts = results.map((result) => result?.receipt).filter(isReceipt);
    const receipt = receipts.find((signed) => signed.instance_id === instance_id && signed.revision === revision);
    if (receipt && (await acceptAnonymousReceipt(run.session.vault.store, record, receipt))) run.delivered += 1;
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const rest = [...items];
  const drawn: T[] = [];
  while (rest.length > 0) {
    const at = Math.floor((crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32) * rest.length);
    drawn.push(...rest.splice(at, 1));
  }
  return drawn;
}
