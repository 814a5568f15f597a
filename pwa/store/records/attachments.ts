// Photos, signatures and documents of an interview. Their bytes lie sealed beside the draft that names
// them and leave only with the record they belong to.
import { isSame, seal, unseal } from "../vault/cipher.ts";
import { commit, read, type Writing } from "../database.ts";
import { hexOf } from "../digest.ts";
import { NotSaved } from "../problems.ts";
import type { AttachmentRow } from "../schema.ts";
import { keyOf, underWay, type OpenVault } from "../vault/vault.ts";

export interface AttachedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly media_type: string;
  /** Without a dot. */
  readonly extension: string;
}

/** How an envelope names a file. */
export interface Reference {
  readonly name: string;
  readonly digest: string;
  readonly size: number;
  readonly media_type: string;
}

const NAME = /\b[0-9a-f]{64}\.[a-z0-9]{1,5}\b/g;

/** Keep a file of an interview and give its name, the answer; NotSaved when the disk did not take it. */
export function keepAttachment(vault: OpenVault, instanceId: string, file: AttachedFile): Promise<string> {
  return underWay(vault, kept(vault, instanceId, file));
}

/** A file as it was kept; null when it is not on this tablet. */
export async function readAttachment(
  vault: OpenVault,
  instanceId: string,
  name: string,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; media_type: string } | null> {
  const row = await read(vault.store, (connection) => connection.get("attachments", [instanceId, name]));
  if (row?.vault !== vault.row.id) return null;
  const bytes = await unseal(keyOf(vault), "attachment", placeOf(row), row.sealed);
  return { bytes, media_type: row.media_type };
}

/** The names of files that answers hold, in their order, each once. */
export function namesIn(answers: unknown): string[] {
  return [...new Set(JSON.stringify(answers).match(NAME))];
}

/** What an envelope says of these files; NotSaved when one of them is not on this tablet. */
export async function referencesTo(
  vault: OpenVault,
  instanceId: string,
  names: readonly string[],
): Promise<Reference[]> {
  if (names.length === 0) return [];
  const rows = await read(vault.store, (connection) =>
    Promise.all(names.map((name) => connection.get("attachments", [instanceId, name]))),
  );
  return rows.map((row) => {
    if (row?.vault !== vault.row.id) throw new NotSaved("attachment_lost");
    const { name, size, media_type } = row;
    return { name, digest: `sha256:${name.split(".")[0]}`, size, media_type };
  });
}

/** Remove those files of an interview that `drop` names, inside a transaction of its own draft. */
export async function dropAttachments(
  transaction: Writing,
  instanceId: string,
  drop: (name: string) => boolean,
): Promise<void> {
  const attachments = transaction.objectStore("attachments");
  const keys = await attachments.getAllKeys(IDBKeyRange.bound([instanceId], [instanceId, []]));
  const dropped = keys.filter(([, name]) => drop(name));
  if (dropped.length === 0) return;
  // An earlier revision in the outbox may still have to send them.
  const records = IDBKeyRange.bound([instanceId], [instanceId, []]);
  if ((await transaction.objectStore("outbox").count(records)) > 0) return;
  await Promise.all(dropped.map((key) => attachments.delete(key)));
}

/** What binds a sealed file to its interview. */
export function placeOf({ instance_id, name }: Pick<AttachmentRow, "instance_id" | "name">): string {
  return `${instance_id}/${name}`;
}

async function kept(vault: OpenVault, instanceId: string, file: AttachedFile): Promise<string> {
  const { bytes, media_type, extension } = file;
  const name = `${await hexOf(bytes)}.${extension}`;
  const place = { instance_id: instanceId, name };
  const row: AttachmentRow = {
    ...place,
    ...{ vault: vault.row.id, size: bytes.length, media_type },
    sealed: await seal(keyOf(vault), "attachment", placeOf(place), bytes),
  };
  await commit(vault.store, ["attachments"], (transaction) => transaction.objectStore("attachments").put(row));
  const back = await read(vault.store, (connection) => connection.get("attachments", [instanceId, name]));
  if (!back || !isSame(back.sealed, row.sealed)) throw new NotSaved("not_read_back");
  return name;
}
