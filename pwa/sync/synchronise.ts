// One round with the server: identity, catalogue and forms, records up, old copies out.
import { read, type Store } from "../store/database.ts";
import { purgeDelivered } from "../store/outbox.ts";
import { downloadCatalogue } from "./download.ts";
import type { Server } from "./exchange.ts";
import { renew, type Readiness, type Session } from "./session.ts";
import { alone } from "./turn.ts";
import { uploadRecords, type Progress, type Upload } from "./upload.ts";

export interface Outcome {
  /**
   * done: everything tried · elsewhere: another tab is at it · refused: the server does not accept
   * the officer · not_allowed: the officer may not send · unreachable, busy: later.
   */
  kind: "done" | "elsewhere" | "refused" | "not_allowed" | "unreachable" | "busy";
  delivered: number;
  /** Records of this officer still without a receipt. */
  left: number;
  /** The server shows another receipt key than the trusted one: have an administrator compare it. */
  isKeyChanged: boolean;
  /** Seconds the server asked for. */
  retryAfter: number | null;
}

const NOTHING = { delivered: 0, left: 0, isKeyChanged: false, retryAfter: null };

/** Do one round; never rejects because of the network. Without a session only forms come down. */
export async function synchronise(
  store: Store,
  server: Server,
  session: Session | null,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Outcome> {
  const outcome = await alone(store, async () => {
    const first = await round(store, server, session, onProgress);
    if (first !== "session_expired") return first;
    // The server's session ran out: once more with a new one.
    if (session) session.token = null;
    const second = await round(store, server, session, onProgress);
    return second === "session_expired" ? { ...NOTHING, kind: "busy" as const } : second;
  });
  return outcome ?? { ...NOTHING, kind: "elsewhere" };
}

async function round(
  store: Store,
  server: Server,
  session: Session | null,
  onProgress: (progress: Progress) => void,
): Promise<Outcome | "session_expired"> {
  const readiness = session ? await renew(server, session) : null;
  const download = await downloadCatalogue(server, store, session);
  if (download.kind === "session_expired") return "session_expired";
  const isKeyChanged = download.kind === "done" && download.isKeyChanged;
  const failed = download.kind === "failed";
  const retryAfter = failed ? download.retryAfter : null;
  const base = { ...NOTHING, isKeyChanged, retryAfter };
  if (!session || readiness !== "ready") {
    const left = session ? await countLeft(session) : 0;
    return { ...base, left, kind: kindWithout(readiness, failed) };
  }
  const upload = await uploadRecords(server, session, onProgress);
  if (upload.stopped === "session_expired") return "session_expired";
  if (download.kind === "done") await purgeDelivered(store, download.serverTime);
  return { ...base, ...counted(upload), kind: upload.stopped ?? (failed ? "unreachable" : "done") };
}

function kindWithout(readiness: Readiness | null, failed: boolean): Outcome["kind"] {
  if (readiness === "refused") return "refused";
  if (readiness === "too_many_attempts") return "busy";
  return readiness === "unreachable" || failed ? "unreachable" : "done";
}

function counted({ delivered, left, retryAfter }: Upload) {
  return retryAfter === null ? { delivered, left } : { delivered, left, retryAfter };
}

async function countLeft({ vault }: Session): Promise<number> {
  return read(vault.store, async (connection) => {
    const rows = await connection.getAllFromIndex("outbox", "vault", vault.row.id);
    return rows.filter((row) => !row.receipt).length;
  });
}
