// The tablet itself: its name, and how safe the browser's storage is.
import type { Store } from "./database.ts";
import { changeFact, readFact } from "./facts.ts";

export interface StorageState {
  /** Whether the browser promised not to evict; null where it cannot say. */
  persisted: boolean | null;
  /** Bytes, null where the browser cannot say. */
  usage: number | null;
  quota: number | null;
}

type StorageDoor = Partial<Pick<StorageManager, "persist" | "persisted" | "estimate">>;

const unwritten = new WeakMap<Store, string>();

/** The tablet's name for the server, made up at first use and kept for good. */
export async function deviceId(store: Store): Promise<string> {
  const known = await readFact(store, "device_id");
  if (known) return known;
  const name = unwritten.get(store) ?? crypto.randomUUID();
  unwritten.set(store, name);
  // A full disk must not keep anybody from sending: the name holds until the app is closed.
  return changeFact(store, "device_id", (present) => present ?? name).catch(() => name);
}

/** Ask the browser to keep the store when space gets short, then say how things stand. */
export async function requestPersistence(door: StorageDoor = browserStorage()) {
  await door.persist?.().catch(() => false);
  return storageState(door);
}

/** How safe and how full the store is. */
export async function storageState(door: StorageDoor = browserStorage()): Promise<StorageState> {
  const persisted = await door.persisted?.().catch(() => null);
  const estimate = await door.estimate?.().catch(() => null);
  return {
    persisted: persisted ?? null,
    usage: estimate?.usage ?? null,
    quota: estimate?.quota ?? null,
  };
}

/**
 * Whether this window forgets everything when it is closed. Firefox and Safari refuse their private
 * windows the origin's own folder; other browsers do not tell, there it is false. Chromium answers alike in
 * both (156: quota 10 GB flat, `persisted` and `persist` false, the folder given); Home then warns by what it
 * does say, that the store is not kept.
 */
export async function isPrivateWindow(door: FolderDoor = browserStorage()): Promise<boolean> {
  if (!door.getDirectory) return false;
  return door.getDirectory().then(
    () => false,
    () => true,
  );
}

type FolderDoor = { getDirectory?: () => Promise<unknown> };

function browserStorage(): StorageDoor & FolderDoor {
  return globalThis.navigator?.storage ?? {};
}
