// One question to the server. Only JSON that the server itself can have said counts as an answer: a
// captive portal's page, a redirect, half an answer or silence is none.

export interface Server {
  /** "" on the tablet, where the app came from the server itself. */
  readonly origin: string;
  /** How long to wait for an answer; a stalled connection is no connection. */
  readonly patience?: number;
}

export type Silence = "unreachable" | "not_ours";

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
    redirect: "error",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(bytes ? { body: bytes } : {}),
  };
}

function judged(response: Response, text: string): Reply {
  const type = response.headers.get("Content-Type") ?? "";
  const value = /^application\/(problem\+)?json\b/.test(type) ? parsed(text) : undefined;
  if (response.status === 204) return { kind: "answer", value: null, text };
  if (value === undefined) return { kind: "silence", why: "not_ours" };
  if (response.ok) return { kind: "answer", value, text };
  const code = (value as { code?: unknown } | null)?.code;
  if (typeof code !== "string") return { kind: "silence", why: "not_ours" };
  const { status } = response;
  return { kind: "problem", code, status, retryAfter: seconds(response.headers) };
}

/** An answer without a body: only our server tells how much of a file it holds. */
function headed(response: Response): Reply {
  const { status, headers } = response;
  if (!response.ok && /^application\/problem\+json\b/.test(headers.get("Content-Type") ?? "")) {
    return { kind: "problem", code: `status_${status}`, status, retryAfter: seconds(headers) };
  }
  const received = headers.get("Upload-Offset");
  if (!response.ok || !received || !/^\d+$/.test(received)) return { kind: "silence", why: "not_ours" };
  const complete = headers.get("Upload-Complete") === "?1";
  return { kind: "answer", value: { received: Number(received), complete }, text: "" };
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
