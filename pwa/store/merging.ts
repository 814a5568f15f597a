// Two vaults that turn out to be one officer's become one.
import { placeOf } from "./attachments.ts";
import { seal, unseal, type Kind } from "./cipher.ts";
import { commit, read } from "./database.ts";
import { waitingAnonymous } from "./anonymous.ts";
import type { AnonymousRow, Sealed, StoreName } from "./schema.ts";
import { keyOf, type OpenVault } from "./vault.ts";

/** Bring drafts and records of `other` into `vault` and remove `other`, in one transaction. */
export async function absorb(vault: OpenVault, other: OpenVault): Promise<void> {
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
  await commit(vault.store, names, async (transaction) => {
    for (const row of newDrafts) await transaction.objectStore("drafts").put(row);
    for (const row of newAttachments) await transaction.objectStore("attachments").put(row);
    for (const row of newRecords) await transaction.objectStore("outbox").put(row);
    for (const row of anonymous) await transaction.objectStore("anonymous").put(row);
    await transaction.objectStore("visits").delete(other.row.id);
    await transaction.objectStore("vaults").delete(other.row.id);
  });
}

type Reseal = ReturnType<typeof resealing>;

/** Whose anonymous records are, only opening them tells. */
async function resealedAnonymous(vault: OpenVault, other: OpenVault, reseal: Reseal): Promise<AnonymousRow[]> {
  const keys = (await waitingAnonymous(other)).map(({ key }) => key);
  const rows = await read(vault.store, (connection) => connection.getAll("anonymous"));
  return Promise.all(
    rows
      .filter(({ key }) => keys.includes(key))
      .map(async ({ key, sealed }) => ({ key, sealed: await reseal("anonymous", key, sealed) })),
  );
}

function resealing(from: OpenVault, to: OpenVault) {
  return async (kind: Kind, id: string, sealed: Sealed): Promise<Sealed> =>
    seal(keyOf(to), kind, id, await unseal(keyOf(from), kind, id, sealed));
}
