// Faults of the browser's database, put in where the browser itself would raise them.
import "fake-indexeddb/auto";

type Hook = (names: string[], mode: IDBTransactionMode) => DOMException | null;

const original = IDBDatabase.prototype.transaction;

/** Options of every transaction begun since `watchTransactions`. */
export interface Begun {
  names: string[];
  mode: IDBTransactionMode;
  durability: string | undefined;
}

/** Let `hook` refuse transactions until `heal` is called. */
export function refuseTransactions(hook: Hook): void {
  IDBDatabase.prototype.transaction = function (names, mode = "readonly", options) {
    const error = hook(typeof names === "string" ? [names] : [...names], mode);
    if (error) throw error;
    return original.call(this, names, mode, options);
  };
}

/** Record every transaction until `heal` is called. */
export function watchTransactions(): Begun[] {
  const begun: Begun[] = [];
  IDBDatabase.prototype.transaction = function (names, mode = "readonly", options) {
    const list = typeof names === "string" ? [names] : [...names];
    begun.push({ names: list, mode, durability: options?.durability });
    return original.call(this, names, mode, options);
  };
  return begun;
}

/** Empty `name` each time something is about to be read from it. */
export function emptyBeforeReading(name: string): void {
  IDBDatabase.prototype.transaction = function (names, mode = "readonly", options) {
    if (mode === "readonly" && [names].flat().includes(name)) {
      original.call(this, name, "readwrite").objectStore(name).clear();
    }
    return original.call(this, names, mode, options);
  };
}

const originalPut = IDBObjectStore.prototype.put;

/** Let every put into `name` fail inside its transaction, as a full disk does. */
export function fillDisk(name: string): void {
  IDBObjectStore.prototype.put = function (value, key) {
    if (this.name !== name) return originalPut.call(this, value, key);
    this.transaction.abort();
    throw new DOMException("the disk is full", "QuotaExceededError");
  };
}

const originalCursor = IDBIndex.prototype.openKeyCursor;

/** Answer a "nextunique" cursor over an empty index as WebKit's store does (its bug 319640). */
export function answerLikeWebKit(): void {
  IDBIndex.prototype.openKeyCursor = function (query, direction) {
    const request = originalCursor.call(this, query, direction);
    if (direction !== "nextunique") return request;
    const failed: (() => void)[] = [];
    let isFirst = true;
    request.addEventListener("success", (event) => {
      const isEmpty = isFirst && request.result === null;
      isFirst = false;
      if (!isEmpty) return;
      event.stopImmediatePropagation();
      Object.defineProperty(request, "error", { value: new DOMException("", "UnknownError") });
      for (const tell of failed) tell();
    });
    const listen = request.addEventListener.bind(request);
    request.addEventListener = (name: string, listener: unknown) =>
      name === "error" ? void failed.push(listener as () => void) : listen(name, listener as EventListener);
    return request;
  };
}

export function heal(): void {
  IDBIndex.prototype.openKeyCursor = originalCursor;
  IDBDatabase.prototype.transaction = original;
  IDBObjectStore.prototype.put = originalPut;
}
