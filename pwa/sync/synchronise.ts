// One round with the server: identity, catalogue and forms, records up, old copies out. Each step is for
// itself: whatever one of them cannot do, the records are sent, and the outcome says what failed.
import type { Store } from "../store/database.ts";
import { moveAnonymous } from "../store/records/anonymous-moving.ts";
import { purgeDelivered, unsent } from "../store/records/delivery.ts";
import { downloadCatalogue, type Download } from "./download.ts";
import type { Server } from "./exchange.ts";
import { renew, type Readiness, type Session } from "./session.ts";
import { newSteps, type Attempt, type Trouble } from "./steps.ts";
import type { Away } from "./stopping.ts";
import { alone } from "./turn.ts";
import { uploadAnonymous } from "./upload-anonymous.ts";
import { uploadRecords, type Progress, type Upload } from "./upload.ts";

export interface Outcome {
  /**
   * done: everything tried · elsewhere: another tab is at it · refused: the server does not accept
   * the officer · not_allowed: the officer may not send · failed: the tablet itself could not send ·
   * any other: later, for the centre cannot now.
   */
  kind: "done" | "elsewhere" | "refused" | "not_allowed" | "failed" | Away;
  delivered: number;
  /** Records of this officer still without a receipt. */
  left: number;
  /** The server shows another receipt key than the trusted one: have an administrator compare it. */
  isKeyChanged: boolean;
  /** Seconds the server asked for. */
  retryAfter: number | null;
  /** What the tablet could not do, whatever became of the rest. */
  troubles: readonly Trouble[];
}

interface Round {
  store: Store;
  server: Server;
  session: Session | null;
  onProgress: (progress: Progress) => void;
  attempt: Attempt;
}

type Exchanged = Omit<Outcome, "troubles">;

const NOTHING = { delivered: 0, left: 0, isKeyChanged: false, retryAfter: null };

/** Do one round; never rejects. Without a session only forms come down. */
export async function synchronise(
  store: Store,
  server: Server,
  session: Session | null,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Outcome> {
  const { attempt, troubles } = newSteps();
  const round = { store, server, session, onProgress, attempt };
  const work = () => exchangeTwice(round);
  const outcome = await alone(store, work, globalThis.navigator?.locks, attempt);
  return { ...(outcome ?? { ...NOTHING, kind: "elsewhere", left: await leftOf(round) }), troubles };
}

async function exchangeTwice(round: Round): Promise<Exchanged> {
  const first = await exchange(round);
  if (first !== "session_expired") return first;
  // The server's session ran out: once more with a new one.
  Object.assign(round.session ?? {}, { token: null, isRecognised: false });
  const second = await exchange(round);
  return second === "session_expired" ? { ...NOTHING, kind: "busy", left: await leftOf(round) } : second;
}

async function exchange(round: Round): Promise<Exchanged | "session_expired"> {
  const { store, server, session, onProgress, attempt } = round;
  const readiness = session ? await readinessOf(round, session) : null;
  const download = await downloadCatalogue(server, store, session, attempt);
  const base = { ...NOTHING, ...said(download) };
  if (!session || readiness !== "ready") {
    return { ...base, left: await leftOf(round), kind: kindWithout(readiness, download) };
  }
  const isDone = download.kind === "done";
  // The catalogue is public: an old token is not refused there, it is only not recognised any more.
  if (isDone && session.isRecognised && !download.isRecognised) return "session_expired";
  if (isDone) session.isRecognised = download.isRecognised;
  // First: among the others they would go with tablet and time.
  await attempt("waiting", () => moveAnonymous(session.vault));
  const upload = await attempt("waiting", () => uploadRecords(server, session, onProgress, attempt));
  if (upload?.stopped === "session_expired") return "session_expired";
  const apart = upload?.stopped ? null : await attempt("anonymous", () => uploadAnonymous(server, session));
  if (apart?.stopped === "session_expired") return "session_expired";
  if (isDone) await attempt("cleanup", () => purgeDelivered(store, download.serverTime));
  if (!upload) return { ...base, left: await leftOf(round), kind: "failed" };
  const delivered = upload.delivered + (apart?.delivered ?? 0);
  const retryAfter = upload.retryAfter ?? apart?.retryAfter ?? null;
  const kind = upload.stopped ?? apart?.stopped ?? kindAfter(download);
  return { ...base, ...counted({ ...upload, delivered, retryAfter }), kind };
}

/** A token is what sending takes, also where the rest of the answer could not be written down. */
async function readinessOf({ server, attempt }: Round, session: Session): Promise<Readiness> {
  const readiness = await attempt("identity", () => renew(server, session));
  return readiness ?? (session.token ? "ready" : "refused");
}

function said(download: Download): Pick<Outcome, "isKeyChanged" | "retryAfter"> {
  return {
    isKeyChanged: download.kind === "done" && download.isKeyChanged,
    retryAfter: download.kind === "failed" ? download.retryAfter : null,
  };
}

function kindWithout(readiness: Readiness | null, download: Download): Outcome["kind"] {
  if (readiness === "too_many_attempts") return "busy";
  return readiness === null || readiness === "ready" ? kindAfter(download) : readiness;
}

function kindAfter(download: Download): Away | "done" {
  return download.kind === "failed" ? download.why : "done";
}

function counted({ delivered, left, retryAfter }: Upload) {
  return retryAfter === null ? { delivered, left } : { delivered, left, retryAfter };
}

async function leftOf({ session, attempt }: Round): Promise<number> {
  const waiting = session && (await attempt("waiting", () => unsent(session.vault)));
  return waiting?.length ?? 0;
}
