// One worker at a time where the browser has no Web Locks: a short lease in the store.
import { commit, type Store } from "./database.ts";
import type { Lease } from "./schema.ts";

export const LEASE_MS = 60_000;

/** Take or renew the lease; false while another holder has it. */
export async function takeLease(store: Store, holder: string, now = Date.now()): Promise<boolean> {
  return commit(store, ["facts"], async (transaction) => {
    const facts = transaction.objectStore("facts");
    const lease = (await facts.get("lease")) as Lease | undefined;
    if (lease && lease.holder !== holder && isLive(lease, now)) return false;
    await facts.put({ holder, until: now + LEASE_MS }, "lease");
    return true;
  });
}

/** Give the lease back, if it is still this holder's. */
export async function releaseLease(store: Store, holder: string): Promise<void> {
  await commit(store, ["facts"], async (transaction) => {
    const facts = transaction.objectStore("facts");
    const lease = (await facts.get("lease")) as Lease | undefined;
    if (lease?.holder === holder) await facts.delete("lease");
  });
}

// A lease that ends later than any lease can was written before the clock was set back.
function isLive({ until }: Lease, now: number): boolean {
  return until > now && until - now <= LEASE_MS;
}
