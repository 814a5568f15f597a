// One round with the server: identity, catalogue and forms, records up, old copies out.
import type { Store } from "../store/database.ts";
import { purgeDelivered, unsent } from "../store/delivery.ts";
import { downloadCatalogue, type Download } from "./download.ts";
import type { Server } from "./exchange.ts";
import { renew, type Readiness, type Session } from "./session.ts";
import { alone } from "./turn.ts";
import { uploadRecords, type Progress, type Upload } from "./upload.ts";

export interface Outcome {
  /**
   * done: everything tried · elsewhere: another tab is at it · refused: the server does not accept
   * the officer · not_allowed: the officer may not send · unreachable, busy,
   * full (the centre has no room on its disk): later.
   */
  kind: "done" | "elsewhere" | "refused" | "not_allowed" | "unreachable" | "busy" | "full";
  delivered: number;
  /** Records of this officer still without a receipt. */
  left: number;
  /** The server shows another receipt key than the trusted one: have an administrator compare it. */
  isKeyChanged: boolean;
  /** Seconds the server asked for. */
  retryAfter: number | null;
}

interface Round {
  store: Store;
  server: Server;
  session: Session | null;
  onProgress: (progress: Progress) => void;
}

const NOTHING = { delivered: 0, left: 0, isKeyChanged: false, retryAfter: null };

/** Do one round; never rejects because of the network. Without a session only forms come down. */
export async function synchronise(
  store: Store,
  server: Server,
  session: Session | null,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Outcome> {
  const round = { store, server, session, onProgress };
  const outcome = await alone(store, async () => {
    const first = await exchange(round);
    if (first !== "session_expired") return first;
    // The server's session ran out: once more with a new one.
    Object.assign(session ?? {}, { token: null, isRecognised: false });
    const second = await exchange(round);
    return second === "session_expired" ? busy(session) : second;
  });
  return outcome ?? { ...NOTHING, kind: "elsewhere", left: await leftOf(session) };
}

async function exchange(round: Round): Promise<Outcome | "session_expired"> {
  const { store, server, session, onProgress } = round;
  const readiness = session ? await renew(server, session) : null;
  const download = await downloadCatalogue(server, store, session);
  const base = { ...NOTHING, ...said(download) };
  const failed = download.kind === "failed";
  if (!session || readiness !== "ready") {
    return { ...base, left: await leftOf(session), kind: kindWithout(readiness, failed) };
  }
  // The catalogue is public: an old token is not refused there, it is only not recognised any more.
  if (!failed && session.isRecognised && !download.isRecognised) return "session_expired";
  if (!failed) session.isRecognised = download.isRecognised;
  const upload = await uploadRecords(server, session, onProgress);
  if (upload.stopped === "session_expired") return "session_expired";
  if (!failed) await purgeDelivered(store, download.serverTime);
  return { ...base, ...counted(upload), kind: upload.stopped ?? (failed ? "unreachable" : "done") };
}

function said(download: Download): Pick<Outcome, "isKeyChanged" | "retryAfter"> {
  if (download.kind === "failed") return { isKeyChanged: false, retryAfter: download.retryAfter };
  return { isKeyChanged: download.isKeyChanged, retryAfter: null };
}

function kindWithout(readiness: Readiness | null, failed: boolean): Outcome["kind"] {
  if (readiness === "refused") return "refused";
  if (readiness === "too_many_attempts") return "busy";
  return readiness === "unreachable" || failed ? "unreachable" : "done";
}

function counted({ delivered, left, retryAfter }: Upload) {
  return retryAfter === null ? { delivered, left } : { delivered, left, retryAfter };
}

async function busy(session: Session | null): Promise<Outcome> {
  return { ...NOTHING, kind: "busy", left: await leftOf(session) };
}

async function leftOf(session: Session | null): Promise<number> {
  return session ? (await unsent(session.vault)).length : 0;
}
