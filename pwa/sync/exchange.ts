// One question to the server. Only JSON that the server itself can have said counts as an answer: a
// captive portal's page, a redirect, half an answer or silence is none, and the tablet can tell them apart.
import type { Told } from "../store/clock.ts";

export interface Server {
  /** "" on the tablet, where the app came from the server itself. */
  readonly origin: string;
  /** How long to wait for an answer; a stalled connection is no connection. */
  readonly patience?: number;
  /** Hears after every question whether the centre spoke, and what stood in its place. */
  readonly hears?: (contact: Contact) => void;
  /** Hears what the centre says of the time. */
  readonly hearsTime?: (told: Told) => void;
}

export type Silence =
  | "unreachable" // nobody answered
  | "portal" // the network sends its own page: it wants a sign-in first
  | "down" // what stands before the centre answered that the centre does not
  | "not_ours"; // somebody else answered

export type Contact = "centre" | Silence;

export type Reply =
  | { kind: "answer"; value: unknown; text: string }
  | { kind: "problem"; code: string; status: number; retryAfter: number | null }
  | { kind: "silence"; why: Silence };

export interface Question {
  method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  /** Instead of a body: bytes as they are. */
  bytes?: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  token?: string | null;
}

const PATIENCE = 60_000;

/** Ask, and judge what came back. Never rejects. */
export async function ask(server: Server, path: string, question: Question = {}): Promise<Reply> {
  const asked = Date.now();
  const reply = await replyOf(server, path, question);
  const said = reply.kind === "answer" ? Date.parse(timeIn(reply.value)) : NaN;
  if (!Number.isNaN(said)) server.hearsTime?.({ asked, answered: Date.now(), said });
  server.hears?.(reply.kind === "silence" ? reply.why : "centre");
  return reply;
}

async function replyOf(server: Server, path: string, question: Question): Promise<Reply> {
  const watch = new AbortController();
  const timer = setTimeout(() => watch.abort(), server.patience ?? PATIENCE);
  try {
    const response = await fetch(server.origin + path, request(question, watch.signal));
    if (question.method === "HEAD") return headed(response);
    return judged(response, await response.text());
  } catch {
    return { kind: "silence", why: "unreachable" };
  } finally {
    clearTimeout(timer);
  }
}

function request({ method = "GET", body, bytes, token, headers: more }: Question, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json", "X-Izdes": "1", ...more };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers["Authorization"] = `Bearer ${token}`;
  return {
    method,
    headers,
    signal,
    // Whose session it is must not depend on a cookie that another tab may have changed.
    credentials: "omit",
    cache: "no-store",
    // Not followed, but seen: the centre never redirects, a network that wants a sign-in does.
    redirect: "manual",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(bytes ? { body: bytes } : {}),
  };
}

function judged(response: Response, text: string): Reply {
  const type = response.headers.get("Content-Type") ?? "";
  const value = /^application\/(problem\+)?json\b/.test(type) ? parsed(text) : undefined;
  if (response.status === 204) return { kind: "answer", value: null, text };
  if (value !== undefined && response.ok) return { kind: "answer", value, text };
  const code = (value as { code?: unknown } | null | undefined)?.code;
  if (typeof code !== "string") return { kind: "silence", why: whoSpoke(response, text) };
  const { status } = response;
  return { kind: "problem", code, status, retryAfter: seconds(response.headers) };
}

/**
 * Who may have said what the centre did not. A redirect that is not followed shows itself to a page as
 * status 0; 511 is the status made for networks that want a sign-in (RFC 6585), 200 what most of them use.
 */
function whoSpoke({ type, status, headers }: Response, text = ""): Silence {
  const isPage = /^text\/html\b/.test(headers.get("Content-Type") ?? "") || /^\s*</.test(text);
  if (type === "opaqueredirect" || (status >= 300 && status < 400)) return "portal";
  if (status === 511 || (status < 300 && isPage)) return "portal";
  return status >= 500 ? "down" : "not_ours";
}

/** An answer without a body: only our server tells how much of a file it holds. */
function headed(response: Response): Reply {
  const { status, headers } = response;
  if (!response.ok && /^application\/problem\+json\b/.test(headers.get("Content-Type") ?? "")) {
    return { kind: "problem", code: `status_${status}`, status, retryAfter: seconds(headers) };
  }
  const received = headers.get("Upload-Offset");
  if (!response.ok || !received || !/^\d+$/.test(received)) return { kind: "silence", why: whoSpoke(response) };
  const complete = headers.get("Upload-Complete") === "?1";
  return { kind: "answer", value: { received: Number(received), complete }, text: "" };
}

/** Every answer of the protocol that tells the time calls it so. */
function timeIn(value: unknown): string {
  const time = (value as { server_time?: unknown } | null)?.server_time;
  return typeof time === "string" ? time : "";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function seconds(headers: Headers): number | null {
  const value = Number(headers.get("Retry-After") ?? "");
  return Number.isFinite(value) && value > 0 ? value : null;
}
