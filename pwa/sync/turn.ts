// One at a time among tabs: Web Locks, or a lease in the store where there are none.
import type { Store } from "../store/database.ts";
import { LEASE_MS, releaseLease, takeLease } from "../store/lease.ts";

/** Do `work` unless another tab is at it; null in that case. */
export async function alone<T>(
  store: Store,
  work: () => Promise<T>,
  locks: LockManager | undefined = globalThis.navigator?.locks,
): Promise<T | null> {
  if (!locks) return withLease(store, work);
  return locks.request(`${store.name}-sync`, { ifAvailable: true }, async (lock) =>
    lock ? work() : null,
  );
}

async function withLease<T>(store: Store, work: () => Promise<T>): Promise<T | null> {
  const holder = crypto.randomUUID();
  if (!(await takeLease(store, holder))) return null;
  const renewal = setInterval(() => void takeLease(store, holder).catch(() => false), LEASE_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await releaseLease(store, holder);
  }
}
