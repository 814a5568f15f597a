// Photos and documents of a record: how far they have been sent, or that they still have to go.
import { sizeInWords, useWording } from "../../i18n.ts";
import type { OutboxItem } from "../../store/records/outbox.ts";
import { useWork } from "../work.ts";

const WAITING: ReadonlySet<string> = new Set(["attachments_missing", "attachment_gap", "attachment_damaged"]);
const REFUSED: ReadonlySet<string> = new Set(["attachment_kind", "attachment_too_large", "attachment_too_many_pixels", "attachment_lost"]);

export function FilesOnTheWay({ record }: { record: OutboxItem }) {
  const { language, say } = useWording();
  const { traffic } = useWork();
  const files = traffic.progress?.files;
  if (files?.instance_id === record.instance_id) {
    const [sent, total] = [files.sent, files.total].map((bytes) => sizeInWords(bytes, language));
    return (
      <div class="stack stack--close">
        <progress class="progress" max={files.total} value={files.sent} aria-hidden="true" />
        <p>{say("files_sending", { sent: sent!, total: total! })}</p>
      </div>
    );
  }
  if (record.receipt || record.problem === null) return null;
  if (WAITING.has(record.problem)) return <p>{say("files_waiting")}</p>;
  return REFUSED.has(record.problem) ? <p>{say("files_refused")}</p> : null;
}
