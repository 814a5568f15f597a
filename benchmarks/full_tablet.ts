// Fills an officer's vault in the browser: copies of one real draft and of one real record. Run by
// full_tablet.py in the page of the locked app; gives how much lies there afterwards.
import { unseal, seal } from "../pwa/store/vault/cipher.ts";
import { commit, openStore, read } from "../pwa/store/database.ts";
import type { DraftRow, OutboxRow, Schema } from "../pwa/store/schema.ts";
import { keyOf, unlock, type OpenVault } from "../pwa/store/vault/vault.ts";

interface Wanted {
  username: string;
  password: string;
  drafts: number;
  delivered: number;
}

const AT_ONCE = 250;
const A_MINUTE = 60_000;

async function fill({ username, password, drafts, delivered }: Wanted): Promise<Record<string, number>> {
  const store = await openStore();
  const vault = await unlock(store, { username, password });
  if (!vault) throw new Error("the vault did not open");
  const [draft] = await read(store, (connection) => connection.getAll("drafts"));
  const [record] = await read(store, (connection) => connection.getAll("outbox"));
  if (!draft || !record?.receipt) throw new Error("no draft or no delivered record to copy");
  await copy(vault, "drafts", drafts - 1, (number) => draftLike(vault, draft, number));
  await copy(vault, "outbox", delivered - 1, (number) => recordLike(vault, record, number));
  return read(store, async (connection) => ({
    drafts: await connection.count("drafts"),
    outbox: await connection.count("outbox"),
  }));
}

async function copy<Name extends "drafts" | "outbox">(
  vault: OpenVault,
  name: Name,
  many: number,
  make: (number: number) => Promise<Schema[Name]["value"]>,
): Promise<void> {
  for (let from = 0; from < many; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, many - from) }, (_, at) => from + at);
    const rows = await Promise.all(numbers.map(make));
    await commit(vault.store, [name], async (transaction) => {
      const rowsOf = transaction.objectStore(name);
      await Promise.all(rows.map((row) => rowsOf.put(row)));
    });
  }
}

async function draftLike(vault: OpenVault, row: DraftRow, number: number): Promise<DraftRow> {
  const plain = await unseal(keyOf(vault), "draft", row.instance_id, row.sealed);
  const instance_id = crypto.randomUUID();
  const sealed = await seal(keyOf(vault), "draft", instance_id, plain);
  return { ...row, instance_id, sealed, saved_at: row.saved_at - number * A_MINUTE };
}

async function recordLike(vault: OpenVault, row: OutboxRow, number: number): Promise<OutboxRow> {
  const plain = await unseal(keyOf(vault), "record", `${row.instance_id}/${row.revision}`, row.sealed);
  const instance_id = crypto.randomUUID();
  const sealed = await seal(keyOf(vault), "record", `${instance_id}/${row.revision}`, plain);
  return { ...row, instance_id, sealed, finalised_at: row.finalised_at - number * A_MINUTE };
}

Object.assign(globalThis, { fillTablet: fill });
