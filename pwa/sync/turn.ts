// One at a time among tabs: Web Locks, or a lease in the store where there are none.
import type { Store } from "../store/database.ts";
import { LEASE_MS, releaseLease, takeLease } from "../store/lease.ts";
import { newSteps, type Attempt } from "./steps.ts";

/**
 * Do `work` unless another tab is at it; null in that case. Where nobody can tell, on a full disk, it is
 * done: two at once only send something twice, and that has one effect.
 */
export async function alone<T>(
  store: Store,
  work: () => Promise<T>,
  locks: LockManager | undefined = globalThis.navigator?.locks,
  attempt: Attempt = newSteps().attempt,
): Promise<T | null> {
  if (!locks) return withLease(store, work, attempt);
  let isBegun = false;
  const begin = () => {
    isBegun = true;
    return work();
  };
  const turn = () =>
    locks.request(`${store.name}-sync`, { ifAvailable: true }, async (lock) => (lock ? begin() : null));
  return turn().catch((error: unknown) => {
    if (isBegun) throw error;
    return withLease(store, work, attempt);
  });
}

async function withLease<T>(store: Store, work: () => Promise<T>, attempt: Attempt): Promise<T | null> {
  const holder = crypto.randomUUID();
  if ((await attempt("identity", () => takeLease(store, holder))) === false) return null;
  const renewal = setInterval(() => void takeLease(store, holder).catch(() => false), LEASE_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await attempt("identity", () => releaseLease(store, holder));
  }
}
