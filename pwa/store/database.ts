// The one door to IndexedDB: open, lose, reopen, read, commit.
import { openDB, type IDBPTransaction } from "idb";
import { NotSaved } from "./problems.ts";
import { migrate, VERSION, type Connection, type Schema, type StoreName } from "./schema.ts";

export interface StoreEvents {
  /** An older tab holds the database and this one must wait: ask to close other tabs. */
  blocked?: () => void;
  /** A newer app has taken the database: only a reload helps. */
  superseded?: () => void;
}

/** A handle that survives lost connections. Make one per page with `openStore`. */
export interface Store {
  readonly name: string;
  readonly events: StoreEvents;
  connection: Promise<Connection> | null;
}

export type Writing = IDBPTransaction<Schema, StoreName[], "readwrite">;

const TRIES = 3;

/** Open the tablet's database, making or migrating it first. */
export async function openStore(name = "izdes", events: StoreEvents = {}): Promise<Store> {
  const store: Store = { name, events, connection: null };
  await read(store, async () => undefined);
  return store;
}

/** Close the connection; the next call opens a new one. */
export async function closeStore(store: Store): Promise<void> {
  const connection = store.connection;
  store.connection = null;
  (await connection?.catch(() => null))?.close();
}

/** Run queries. */
export async function read<T>(store: Store, query: (connection: Connection) => Promise<T>) {
  return retried(store, query);
}

/**
 * Run `work` in one transaction and come back only after the disk has it.
 * `work` may run again on a new connection, so it must decide by what it reads inside.
 */
export async function commit<T>(
  store: Store,
  names: StoreName[],
  work: (transaction: Writing) => Promise<T>,
): Promise<T> {
  return retried(store, async (connection) => {
    const transaction = connection.transaction(names, "readwrite", { durability: "strict" });
    const done = transaction.done;
    done.catch(() => undefined);
    try {
      const result = await work(transaction);
      await done;
      return result;
    } catch (error) {
      abort(transaction);
      throw transaction.error ?? error;
    }
  });
}

async function retried<T>(store: Store, attempt: (connection: Connection) => Promise<T>) {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await attempt(await connect(store));
    } catch (error) {
      const lost = isConnectionLost(error);
      // WebKit drops connections when it wants memory; a new one usually works at once.
      if (lost) await closeStore(store);
      if (!lost || left === 1) throw asNotSaved(error);
    }
  }
}

function connect(store: Store): Promise<Connection> {
  if (!store.connection) {
    const opening = openDB<Schema>(store.name, VERSION, {
      upgrade: (connection, from, _to, upgrade) => migrate(connection, from, upgrade),
      blocked: () => store.events.blocked?.(),
      blocking: (_current, _wanted, event) => {
        (event.target as IDBDatabase).close();
        if (store.connection === opening) store.connection = null;
        store.events.superseded?.();
      },
      terminated: () => {
        if (store.connection === opening) store.connection = null;
      },
    });
    opening.catch(() => {
      if (store.connection === opening) store.connection = null;
    });
    store.connection = opening;
  }
  return store.connection;
}

function abort(transaction: Writing): void {
  try {
    transaction.abort();
  } catch {
    // It had ended already.
  }
}

function isConnectionLost(error: unknown): boolean {
  return (
    error instanceof DOMException &&
    ["InvalidStateError", "UnknownError", "AbortError", "TransactionInactiveError"].includes(
      error.name,
    )
  );
}

function asNotSaved(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  if (error.name === "QuotaExceededError") return new NotSaved("quota", { cause: error });
  if (error.name === "VersionError") return new NotSaved("newer_version", { cause: error });
  if (isConnectionLost(error)) return new NotSaved("connection_lost", { cause: error });
  return new NotSaved("unexpected", { cause: error });
}
