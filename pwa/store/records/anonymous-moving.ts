// What tablets kept of anonymous forms before ADR 0030, brought to where it leads to nobody.
import type { Envelope } from "../../generated/schemas.ts";
import { anonymousRow } from "./anonymous.ts";
import { dropAttachments } from "./attachments.ts";
import { commit, read } from "../database.ts";
import { envelopeOf } from "./outbox.ts";
import type { OutboxRow } from "../schema.ts";
import type { OpenVault } from "../vault/vault.ts";

const moved = new WeakSet<OpenVault>();

/**
 * Once for an open vault: delivered records of anonymous forms, whoever's they are, are removed; those
 * of this officer that wait are sealed as anonymous ones, to be sent with the bytes they always had.
 */
export async function moveAnonymous(vault: OpenVault): Promise<void> {
  if (moved.has(vault)) return;
  const rows = await anonymousRows(vault);
  for (const row of rows) {
    if (row.shelf === "delivered") await remove(vault, row);
    else if (row.vault === vault.row.id) await move(vault, row, await envelopeOf(vault, row));
  }
  moved.add(vault);
}

async function anonymousRows(vault: OpenVault): Promise<OutboxRow[]> {
  return read(vault.store, async (connection) => {
    const rows = await connection.getAll("outbox");
    if (rows.length === 0) return [];
    const forms = await connection.getAll("forms");
    const anonymous = forms.filter(({ text }) => isAnonymous(text)).map(({ id, version }) => `${id}/${version}`);
    return rows.filter(({ form_id, form_version }) => anonymous.includes(`${form_id}/${form_version}`));
  });
}

async function remove(vault: OpenVault, row: OutboxRow, sealed?: Awaited<ReturnType<typeof anonymousRow>>): Promise<void> {
  await commit(vault.store, ["outbox", "attachments", "anonymous"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    if (sealed && (await outbox.getKey([row.instance_id, row.revision]))) {
      await transaction.objectStore("anonymous").put(sealed);
    }
    await outbox.delete([row.instance_id, row.revision]);
    await dropAttachments(transaction, row.instance_id, () => true);
  });
}

async function move(vault: OpenVault, row: OutboxRow, envelope: Envelope): Promise<void> {
  await remove(vault, row, await anonymousRow(vault, `${row.instance_id}/${row.revision}`, envelope));
}

function isAnonymous(text: string): boolean {
  return (JSON.parse(text) as { anonymous?: boolean }).anonymous === true;
}
