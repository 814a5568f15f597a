// What would be lost with this browser's copy of the app: whoever it belongs to, nothing is opened.
import { countAnonymous } from "./anonymous.ts";
import { read, type Store } from "../database.ts";
import { unsentCounts } from "./outbox.ts";

/** Drafts and records without a receipt, of every officer on this tablet. */
export async function countAll(store: Store): Promise<number> {
  const drafts = await read(store, (connection) => connection.count("drafts"));
  const [waiting, anonymous] = [await unsentCounts(store), await countAnonymous(store)];
  return [...waiting.values()].reduce((sum, count) => sum + count, drafts + anonymous.waiting);
}
