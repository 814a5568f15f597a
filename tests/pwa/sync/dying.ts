// A tablet that dies at a given step: whatever it had begun, it does no more and hears no more.
import "fake-indexeddb/auto";

const openTransaction = IDBDatabase.prototype.transaction;
const askNetwork = globalThis.fetch;

export interface Death {
  /** Whether the step came at which it was to die. */
  readonly isDead: boolean;
  readonly happened: Promise<void>;
}

/**
 * Die at the step of that number: steps are the beginning and the end of every transaction, and the
 * moment before a request leaves and the moment after its answer came. Ends with `revive`.
 */
export function dieAt(step: number): Death {
  let left = step;
  let isDead = false;
  let tell: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => (tell = resolve));
  const passes = (): boolean => {
    left -= 1;
    if (left === 0) {
      isDead = true;
      tell();
    }
    return !isDead;
  };

  IDBDatabase.prototype.transaction = function (names, mode, options) {
    // Nothing that a dead page still tries reaches the disk.
    if (isDead || !passes()) throw new DOMException("the page is gone", "AbortError");
    const transaction = openTransaction.call(this, names, mode, options);
    transaction.addEventListener("complete", passes);
    return transaction;
  };
  globalThis.fetch = async (...question) => {
    if (isDead || !passes()) return forEver();
    const answer = await askNetwork(...question);
    return isDead || !passes() ? forEver() : answer;
  };
  return {
    get isDead() {
      return isDead;
    },
    happened,
  };
}

/** Let the next page live. */
export function revive(): void {
  IDBDatabase.prototype.transaction = openTransaction;
  globalThis.fetch = askNetwork;
}

function forEver(): Promise<never> {
  return new Promise(() => undefined);
}
