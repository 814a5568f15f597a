// A server on a real port that keeps the protocol, and a hostile network in front of it.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type {
  BatchResult,
  Catalogue,
  Envelope,
  SubmissionBatch,
  SubmissionResult,
  VisitSummary,
} from "../../../pwa/generated/schemas.ts";
import { digestOf } from "../../../pwa/store/digest.ts";
import type { Server } from "../../../pwa/sync/exchange.ts";
import { newOffice, type Office } from "../store/office.ts";
import { AYSE, MEHMET } from "../store/tablet.ts";

export interface Request {
  method: string;
  path: string;
  token: string | null;
  /** JSON, or a Buffer. */
  body: unknown;
  range?: string | undefined;
  /** The newest receipt that the tablet shows. */
  witness?: string | undefined;
}

/** Answers instead of the honest server, or changes what it would say; undefined lets it speak. */
export type Disturbance = (
  request: Request,
  response: ServerResponse,
  honest: () => Promise<Answer>,
) => Promise<boolean> | boolean;

export interface Answer {
  status: number;
  value: unknown;
  headers?: Record<string, string>;
}

export interface Peer {
  server: Server;
  office: Office;
  /** What the server holds: body by "id/revision". */
  stored: Map<string, Envelope>;
  /** Files, whole or as far as they have come, by digest. */
  files: Map<string, Buffer>;
  requests: Request[];
  passwords: Map<string, string>;
  forms: Map<string, string>;
  visits: VisitSummary[];
  tokens: Map<string, string>;
  serverTime: string;
  disturb: Disturbance | null;
  close: () => Promise<void>;
}

export const FORM = "A_vatandas_gorusme";

/** Start a peer that knows Ayşe and Mehmet and offers one form. */
export async function newPeer(): Promise<Peer> {
  const peer: Omit<Peer, "server" | "close"> = {
    office: await newOffice(),
    stored: new Map(),
    files: new Map(),
    requests: [],
    passwords: new Map([AYSE, MEHMET].map(({ username, password }) => [username, password])),
    forms: new Map([["2026112101", JSON.stringify({ id: FORM, version: "2026112101", body: [] })]]),
    visits: [],
    tokens: new Map(),
    serverTime: "2026-11-21T08:00:00.000Z",
    disturb: null,
  };
  const listener = createServer((incoming, response) => void serve(peer, incoming, response));
  // On a busy machine a kept connection would be closed just when the tablet uses it again.
  listener.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const close = async () => {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  };
  return Object.assign(peer, { server: { origin }, close });
}

/** Say something that is not the protocol. */
export function say(response: ServerResponse, status: number, type: string, text: string): true {
  response.writeHead(status, { "Content-Type": type });
  response.end(text);
  return true;
}

/** Let the honest server do its work and change what the tablet hears of it. */
export function twisted(twist: (result: BatchResult) => unknown): Disturbance {
  return async ({ path, method }, response, honest) => {
    if (path !== "/api/v1/submissions" || method !== "POST") return false;
    const { value } = await honest();
    return say(response, 200, "application/json", JSON.stringify(twist(value as BatchResult)));
  };
}

type State = Omit<Peer, "server" | "close">;

async function serve(peer: State, incoming: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const isJson = incoming.headers["content-type"] === "application/json";
  const request: Request = {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    token: /^Bearer (.+)$/.exec(incoming.headers.authorization ?? "")?.[1] ?? null,
    body: isJson ? JSON.parse(bytes.toString("utf8")) : bytes,
    range: incoming.headers["content-range"],
    witness: incoming.headers["izdes-newest-receipt"] as string | undefined,
  };
  peer.requests.push(request);
  const honest = () => answer(peer, request);
  if (await peer.disturb?.(request, response, honest)) return;
  const { status, value, headers } = await honest();
  const isProblem = status >= 400;
  const type = isProblem ? "application/problem+json" : "application/json";
  response.writeHead(status, { "Content-Type": type, ...headers });
  response.end(typeof value === "string" ? value : JSON.stringify(value));
}

async function answer(peer: State, request: Request): Promise<Answer> {
  const route = `${request.method} ${request.path}`;
  if (route === "POST /api/v1/session") return signIn(peer, request);
  if (route === "DELETE /api/v1/session") {
    peer.tokens.delete(request.token ?? "");
    return { status: 200, value: {} };
  }
  if (route === "GET /api/v1/catalogue") return catalogue(peer, request);
  if (request.path.startsWith(`/api/v1/forms/${FORM}/`)) {
    return { status: 200, value: peer.forms.get(request.path.split("/").at(-1)!) ?? "" };
  }
  if (route === "POST /api/v1/anonymous-records") return receive(peer, request);
  if (route === "POST /api/v1/submissions") return receive(peer, request);
  if (request.path.startsWith("/api/v1/attachments/")) return attach(peer, request);
  return problem(404, "not_found");
}

function problem(status: number, code: string): Answer {
  return { status, value: { code, status, title: code } };
}

function signIn(peer: State, { body }: Request): Answer {
  const { username, password } = body as { username: string; password: string };
  if (peer.passwords.get(username) !== password) return problem(401, "wrong_credentials");
  const token = crypto.randomUUID();
  peer.tokens.set(token, username);
  return { status: 200, value: { officer: officerOf(username), token } };
}

function officerOf(username: string) {
  return { username, full_name: username.toUpperCase(), role: "officer", language: "tr" };
}

async function catalogue(peer: State, { token }: Request): Promise<Answer> {
  const forms = await Promise.all(
    [...peer.forms].map(async ([version, text]) => ({
      ...{ id: FORM, version, title: { tr: "Görüşme" }, digest: await digestOf(text) },
      url: `/api/v1/forms/${FORM}/${version}`,
    })),
  );
  const username = peer.tokens.get(token ?? "");
  const value: Catalogue = {
    server_time: peer.serverTime,
    forms,
    receipt_key: peer.office.key,
    officer: username ? officerOf(username) : null,
    visits: username ? peer.visits : [],
  };
  return { status: 200, value };
}

async function receive(peer: State, { token, body }: Request): Promise<Answer> {
  if (!peer.tokens.has(token ?? "")) return problem(401, "not_signed_in");
  const results: SubmissionResult[] = [];
  for (const envelope of (body as SubmissionBatch).submissions) {
    results.push(await store(peer, envelope));
  }
  const value: BatchResult = { server_time: peer.serverTime, results };
  return { status: 200, value };
}

async function store(peer: State, envelope: Envelope): Promise<SubmissionResult> {
  const { instance_id, revision, digest } = envelope;
  if ((await digestOf(envelope.body)) !== digest) {
    return { instance_id, status: "damaged", receipt: null, problem: "digest_mismatch" };
  }
  const key = `${instance_id}/${revision}`;
  const status = peer.stored.has(key) ? "duplicate" : "accepted";
  peer.stored.set(key, envelope);
  const received_at = peer.serverTime;
  const missing_attachments = (envelope.attachments ?? [])
    .filter((file) => peer.files.get(file.digest)?.length !== file.size)
    .map((file) => file.digest);
  const receipt = await peer.office.sign({ instance_id, revision, digest, received_at, missing_attachments });
  return { instance_id, status, receipt };
}

/** A file piece by piece, as server/attachments/operations.py takes it. */
function attach(peer: State, { method, path, token, body, range }: Request): Answer {
  const digest = path.split("/").at(-1)!;
  const named = [...peer.stored.values()].flatMap(({ attachments = [] }) => attachments);
  const file = named.find((each) => each.digest === digest);
  if (!peer.tokens.has(token ?? "")) return problem(401, "not_signed_in");
  if (!file) return problem(404, "attachment_unknown");
  let held = peer.files.get(digest) ?? Buffer.alloc(0);
  if (method === "PUT") {
    const start = Number(/^bytes (\d+)-/.exec(range ?? "")?.[1] ?? 0);
    if (start > held.length) return problem(409, "attachment_gap");
    held = Buffer.concat([held, (body as Buffer).subarray(held.length - start)]);
    peer.files.set(digest, held);
  }
  const complete = held.length === file.size;
  const headers = { "Upload-Offset": String(held.length), "Upload-Complete": complete ? "?1" : "?0" };
  return { status: 200, value: { digest, received: held.length, complete }, headers };
}
