// What an answer that is no receipt means for the rest of the run.
import type { Reply } from "./exchange.ts";

export interface Stop {
  /** Why it stopped before everything was tried; null when it did not. */
  stopped: "unreachable" | "busy" | "full" | "session_expired" | "not_allowed" | null;
  retryAfter: number | null;
}

export function isAboutContent(reply: Reply): boolean {
  return reply.kind === "problem" && [400, 413, 422].includes(reply.status);
}

export function problemOf(reply: Reply): string {
  if (reply.kind === "problem") return reply.code;
  return reply.kind === "silence" ? reply.why : "not_ours";
}

export function stopAfter(reply: Reply): Stop | null {
  if (reply.kind !== "problem") return { stopped: "unreachable", retryAfter: null };
  const { status, retryAfter } = reply;
  if (status === 401) return { stopped: "session_expired", retryAfter };
  if (status === 403) return { stopped: "not_allowed", retryAfter };
  // Nothing is wrong with the record: there is no room for it yet.
  if (status === 507) return { stopped: "full", retryAfter };
  return isAboutContent(reply) ? null : { stopped: "busy", retryAfter };
}
