// What comes down: the catalogue, the forms it lists, the officer's visits. Needs no session.
import {
  dropUnneededForms,
  meetReceiptKey,
  missingForms,
  saveCatalogue,
  saveForm,
  saveVisits,
} from "../store/catalogue.ts";
import type { Store } from "../store/database.ts";
import { isCatalogue } from "./answers.ts";
import { ask, type Server } from "./exchange.ts";
import type { Session } from "./session.ts";

export type Download =
  /** `isRecognised`: the server took the session's token for an officer's. */
  | { kind: "done"; serverTime: string; isKeyChanged: boolean; isRecognised: boolean }
  /** No catalogue, or not every form of it: what was there before still stands. */
  | { kind: "failed"; retryAfter: number | null };

/** Bring the tablet up to date with what the server offers. */
export async function downloadCatalogue(
  server: Server,
  store: Store,
  session: Session | null,
): Promise<Download> {
  const token = session?.token ?? null;
  const reply = await ask(server, "/api/v1/catalogue", { token });
  if (reply.kind === "problem") return { kind: "failed", retryAfter: reply.retryAfter };
  if (reply.kind !== "answer" || !isCatalogue(reply.value)) {
    return { kind: "failed", retryAfter: null };
  }
  const catalogue = reply.value;
  const key = await meetReceiptKey(store, catalogue.receipt_key);
  if (session && catalogue.officer) await saveVisits(session.vault, catalogue.visits ?? []);
  for (const form of await missingForms(store, catalogue.forms)) {
    const text = await formText(server, form.url);
    if (text === null || !(await saveForm(store, form, text))) {
      return { kind: "failed", retryAfter: null };
    }
  }
  // Last, so that every form it lists is really here.
  await saveCatalogue(store, catalogue);
  await dropUnneededForms(store);
  const isRecognised = Boolean(catalogue.officer);
  const isKeyChanged = key.offered !== null;
  return { kind: "done", serverTime: catalogue.server_time, isKeyChanged, isRecognised };
}

async function formText(server: Server, url: string): Promise<string | null> {
  if (!url.startsWith("/api/")) return null;
  const reply = await ask(server, url);
  return reply.kind === "answer" ? reply.text : null;
}
