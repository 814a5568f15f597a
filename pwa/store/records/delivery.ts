// What happens to a record after it was finalised: attempts, the receipt, and 30 days later its end.
import type { Receipt } from "../../generated/schemas.ts";
import { dropAttachments } from "./attachments.ts";
import { pinnedKey } from "../catalogue.ts";
import { commit, read, type Store } from "../database.ts";
import { proves } from "./receipts.ts";
import { recordsOf } from "./outbox.ts";
import { shelved, type OutboxRow } from "../schema.ts";
import type { OpenVault } from "../vault/vault.ts";

/** What names a record. */
export type RecordKey = Pick<OutboxRow, "instance_id" | "revision">;

export const KEPT_AFTER_RECEIPT = 30 * 24 * 3600 * 1000;

/** Ids and revisions of what still needs a receipt, in the order it was finished. */
export async function unsent(vault: OpenVault): Promise<RecordKey[]> {
  const rows = await recordsOf(vault, "waiting");
  return rows.reverse().map(({ instance_id, revision }) => ({ instance_id, revision }));
}

/** Note an attempt that brought no receipt, and why. The record keeps waiting. */
export async function noteAttempt(
  store: Store,
  { instance_id, revision }: RecordKey,
  problem: string,
): Promise<void> {
  await changeRow(store, [instance_id, revision], (row) =>
    row.receipt ? row : { ...row, attempts: row.attempts + 1, problem },
  );
}

/**
 * Believe a receipt, or not: false when it is not about exactly this record or the trusted key did
 * not sign it. The only way a record becomes delivered.
 */
export async function acceptReceipt(
  store: Store,
  record: RecordKey,
  { receipt, problem = null }: { receipt: Receipt; problem?: string | null },
): Promise<boolean> {
  const key: [string, number] = [record.instance_id, record.revision];
  const row = await read(store, (connection) => connection.get("outbox", key));
  const pinned = await pinnedKey(store);
  if (!row || !pinned || !(await proves(receipt, row, pinned.trusted))) return false;
  await changeRow(store, key, (present) => ({ ...present, ...shelved(receipt), receipt, problem }));
  return true;
}

/** The newest receipt on this tablet that names a number of the centre's; null where there is none. */
export async function newestReceipt(store: Store): Promise<Receipt | null> {
  return read(store, async (connection) => {
    const index = connection.transaction("outbox").store.index("received_at");
    // WebKit can answer a cursor over an empty index with an error (its bug 319640).
    if ((await index.count()) === 0) return null;
    return (await index.openCursor(null, "prev"))?.value.receipt ?? null;
  });
}

/**
 * Remove delivered records whose receipt is 30 days old; gives how many. Both times are the
 * server's: the tablet's clock may jump by years and must not decide.
 */
export async function purgeDelivered(store: Store, serverTime: string): Promise<number> {
  const due = Date.parse(serverTime) - KEPT_AFTER_RECEIPT;
  if (Number.isNaN(due)) return 0;
  return commit(store, ["drafts", "attachments", "outbox"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    const aged = await outbox.index("received_at").getAll(IDBKeyRange.upperBound(due));
    // What is in conflict or quarantine stays until the office has decided.
    const old = aged.filter((row) => row.receipt?.status === "accepted");
    await Promise.all(old.map((row) => outbox.delete([row.instance_id, row.revision])));
    for (const { instance_id } of old) {
      // A correction that is under way still needs the files.
      if (await transaction.objectStore("drafts").getKey(instance_id)) continue;
      await dropAttachments(transaction, instance_id, () => true);
    }
    return old.length;
  });
}

async function changeRow(
  store: Store,
  key: [string, number],
  change: (row: OutboxRow) => OutboxRow,
): Promise<void> {
  await commit(store, ["outbox"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    const row = await outbox.get(key);
    if (row) await outbox.put(change(row));
  });
}
