// What comes down: the catalogue, the forms it lists, the officer's visits. Needs no session.
import {
  dropUnneededForms,
  meetReceiptKey,
  missingForms,
  saveCatalogue,
  saveForm,
  saveVisits,
} from "../store/catalogue.ts";
import { newestReceipt } from "../store/records/delivery.ts";
import type { Catalogue } from "../generated/schemas.ts";
import type { Store } from "../store/database.ts";
import { isCatalogue } from "./answers.ts";
import { ask, type Server } from "./exchange.ts";
import type { Session } from "./session.ts";
import { newSteps, type Attempt } from "./steps.ts";
import { awayAfter, type Away } from "./stopping.ts";

export type Download =
  /** `isRecognised`: the server took the session's token for an officer's. */
  | { kind: "done"; serverTime: string; isKeyChanged: boolean; isRecognised: boolean }
  /** No catalogue, or not every form of it: what was there before still stands. */
  | { kind: "failed"; why: Away; retryAfter: number | null }
  /** The server answered, the tablet could not keep it; the attempt's steps say why. */
  | { kind: "not_kept" };

/** Bring the tablet up to date with what the server offers; nothing here may end the round. */
export async function downloadCatalogue(
  server: Server,
  store: Store,
  session: Session | null,
  attempt: Attempt = newSteps().attempt,
): Promise<Download> {
  const token = session?.token ?? null;
  const headers = token ? await witness(store) : {};
  const reply = await ask(server, "/api/v1/catalogue", { token, headers });
  if (reply.kind !== "answer" || !isCatalogue(reply.value)) {
    const retryAfter = reply.kind === "problem" ? reply.retryAfter : null;
    return { kind: "failed", why: awayAfter(reply), retryAfter };
  }
  const catalogue = reply.value;
  const key = await attempt("catalogue", () => meetReceiptKey(store, catalogue.receipt_key));
  if (session && catalogue.officer) {
    await attempt("catalogue", () => saveVisits(session.vault, catalogue.visits ?? []));
  }
  const brought = await attempt("catalogue", () => bringForms(server, store, catalogue));
  if (brought === null) return { kind: "not_kept" };
  if (brought !== "all") return { kind: "failed", why: brought, retryAfter: null };
  await attempt("cleanup", () => dropUnneededForms(store));
  const isRecognised = Boolean(catalogue.officer);
  const isKeyChanged = Boolean(key?.offered);
  return { kind: "done", serverTime: catalogue.server_time, isKeyChanged, isRecognised };
}

/** What the centre holds at least, or it is an older copy of itself (`server/sync/newest_receipts.py`). */
async function witness(store: Store): Promise<Record<string, string>> {
  // An outbox that cannot be read is told by the steps that send from it.
  const receipt = await newestReceipt(store).catch(() => null);
  return receipt ? { "Izdes-Newest-Receipt": JSON.stringify(receipt) } : {};
}

/** Why a form did not come; the list is written last, so that every form it names is here. */
async function bringForms(server: Server, store: Store, catalogue: Catalogue): Promise<Away | "all"> {
  for (const form of await missingForms(store, catalogue.forms)) {
    if (!form.url.startsWith("/api/")) return "unreachable";
    const reply = await ask(server, form.url);
    if (reply.kind !== "answer" || !(await saveForm(store, form, reply.text))) return awayAfter(reply);
  }
  await saveCatalogue(store, catalogue);
  return "all";
}
