// Two vaults that turn out to be one officer's become one.
import { placeOf } from "./attachments.ts";
import { isSame, seal, unseal, type Kind } from "../vault/cipher.ts";
import { commit, read } from "../database.ts";
import { waitingAnonymous } from "./anonymous.ts";
import { NotSaved } from "../problems.ts";
import type { AnonymousRow, Sealed, StoreName } from "../schema.ts";
import { keyOf, type OpenVault } from "../vault/vault.ts";

/** What another tab may go on writing while this one reseals; then it is done once more. */
const TRIES = 5;

/** Bring drafts and records of `other` into `vault` and remove `other`, in one transaction. */
export async function absorb(vault: OpenVault, other: OpenVault): Promise<void> {
  for (let left = TRIES; left > 0; left -= 1) if (await absorbed(vault, other)) return;
  throw new NotSaved("changed_elsewhere");
}

/** False where something of `other` was written after it was read here: nothing was changed then. */
async function absorbed(vault: OpenVault, other: OpenVault): Promise<boolean> {
  const { drafts, attachments, records } = await read(vault.store, async (connection) => ({
    drafts: await connection.getAllFromIndex("drafts", "vault", other.row.id),
    attachments: await connection.getAllFromIndex("attachments", "vault", other.row.id),
    records: await connection.getAllFromIndex("outbox", "vault", other.row.id),
  }));
  const reseal = resealing(other, vault);
  const owned = { vault: vault.row.id };
  const newDrafts = await Promise.all(
    drafts.map(async (row) => ({
      ...row,
      ...owned,
      sealed: await reseal("draft", row.instance_id, row.sealed),
    })),
  );
  const newAttachments = await Promise.all(
    attachments.map(async (row) => ({
      ...row,
      ...owned,
      sealed: await reseal("attachment", placeOf(row), row.sealed),
    })),
  );
  const newRecords = await Promise.all(
    records.map(async (row) => ({
      ...row,
      ...owned,
      sealed: await reseal("record", `${row.instance_id}/${row.revision}`, row.sealed),
    })),
  );
  const anonymous = await resealedAnonymous(vault, other, reseal);
  const names: StoreName[] = ["vaults", "visits", "drafts", "attachments", "outbox", "anonymous"];
  return commit(vault.store, names, async (transaction) => {
    const of = (name: "drafts" | "attachments" | "outbox") =>
      transaction.objectStore(name).index("vault").getAll(other.row.id);
    const isUnchanged =
      areSame(drafts, await of("drafts")) &&
      areSame(attachments, await of("attachments")) &&
      areSame(records, await of("outbox")) &&
      areSame(anonymous.read, await transaction.objectStore("anonymous").getAll());
    if (!isUnchanged) return false;
    for (const row of newDrafts) await transaction.objectStore("drafts").put(row);
    for (const row of newAttachments) await transaction.objectStore("attachments").put(row);
    for (const row of newRecords) await transaction.objectStore("outbox").put(row);
    for (const row of anonymous.resealed) await transaction.objectStore("anonymous").put(row);
    await transaction.objectStore("visits").delete(other.row.id);
    await transaction.objectStore("vaults").delete(other.row.id);
    return true;
  });
}

type Reseal = ReturnType<typeof resealing>;

/** Whose anonymous records are, only opening them tells; `read` is all of them as they lay there. */
async function resealedAnonymous(vault: OpenVault, other: OpenVault, reseal: Reseal) {
  const rows = await read(vault.store, (connection) => connection.getAll("anonymous"));
  const keys = (await waitingAnonymous(other)).map(({ key }) => key);
  const resealed: AnonymousRow[] = await Promise.all(
    rows
      .filter(({ key }) => keys.includes(key))
      .map(async ({ key, sealed }) => ({ key, sealed: await reseal("anonymous", key, sealed) })),
  );
  return { read: rows, resealed };
}

/** What was read outside the transaction, and what lies there now. */
function areSame(read: readonly Row[], now: readonly Row[]): boolean {
  return read.length === now.length && read.every((row, at) => isSame(row.sealed, now[at]!.sealed));
}

type Row = { readonly sealed: Sealed };

function resealing(from: OpenVault, to: OpenVault) {
  return async (kind: Kind, id: string, sealed: Sealed): Promise<Sealed> =>
    seal(keyOf(to), kind, id, await unseal(keyOf(from), kind, id, sealed));
}
