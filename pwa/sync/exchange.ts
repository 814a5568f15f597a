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
  method?: "GET" | "POST" | "DELETE";
  body?: unknown;
  token?: string | null;
}

const PATIENCE = 60_000;

/** Ask, and judge what came back. Never rejects. */
export async function ask(server: Server, path: string, question: Question = {}): Promise<Reply> {
  const watch = new AbortController();
  const timer = setTimeout(() => watch.abort(), server.patience ?? PATIENCE);
  try {
    const response = await fetch(server.origin + path, request(question, watch.signal));
    return judged(response, await response.text());
  } catch {
    return { kind: "silence", why: "unreachable" };
  } finally {
    clearTimeout(timer);
  }
}

function request({ method = "GET", body, token }: Question, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json", "X-Izdes": "1" };
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
