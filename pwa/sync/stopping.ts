// What an answer that is no receipt means for the rest of the run.
import type { Reply } from "./exchange.ts";

/** Why the centre cannot do what it is asked for now, though nothing is wrong with what was asked. */
export type Away = "unreachable" | "portal" | "down" | "busy" | "full";

export interface Stop {
  /** Why it stopped before everything was tried; null when it did not. */
  stopped: Away | "session_expired" | "not_allowed" | null;
  retryAfter: number | null;
}

export function isAboutContent(reply: Reply): boolean {
  return reply.kind === "problem" && [400, 413, 422].includes(reply.status);
}

export function problemOf(reply: Reply): string {
  if (reply.kind === "problem") return reply.code;
  return reply.kind === "silence" ? reply.why : "not_ours";
}

/** What to call it where the centre did not do what it was asked for. */
export function awayAfter(reply: Reply): Away {
  // There is no room on its disk yet.
  if (reply.kind === "problem") return reply.status === 507 ? "full" : "busy";
  return reply.kind === "silence" && reply.why !== "not_ours" ? reply.why : "unreachable";
}

export function stopAfter(reply: Reply): Stop | null {
  if (reply.kind !== "problem") return { stopped: awayAfter(reply), retryAfter: null };
  const { status, retryAfter } = reply;
  if (status === 401) return { stopped: "session_expired", retryAfter };
  if (status === 403) return { stopped: "not_allowed", retryAfter };
  return isAboutContent(reply) ? null : { stopped: awayAfter(reply), retryAfter };
}
