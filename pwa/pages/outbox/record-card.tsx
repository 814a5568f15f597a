// One finished interview: where it is, since when, and the centre's word once it has it.
import { ageInWords, momentInWords, useWording, type TextKey } from "../../i18n.ts";
import { centreTime } from "../../store/clock.ts";
import type { OutboxItem, RecordState } from "../../store/records/outbox.ts";
import { Badge, type Tone } from "../../widgets/message.tsx";
import { FilesOnTheWay } from "./files-on-the-way.tsx";
import { interviewCode } from "../../interview/kept-interview.ts";
import { Receipt } from "./receipt.tsx";
import { go } from "../route.ts";
import { useTitles } from "../titles.ts";

export function RecordCard({ record }: { record: OutboxItem }) {
  const { language, say } = useWording();
  const title = useTitles()(record) || say("draft_without_place");
  const { tone, text, more } = STATES[record.state];
  const finished = new Date(record.finalised_at);
  const now = centreTime();
  const when = momentInWords(finished, now, language);
  return (
    <li class="card card--close stack stack--close">
      <div class="row row--apart">
        <h3>{title}</h3>
        <Badge tone={tone}>{say(text)}</Badge>
      </div>
      <p class="soft">{say("record_finished", { when, age: ageInWords(finished, now, language) })}</p>
      {record.receipt && <Receipt receipt={record.receipt} />}
      {more && <p>{say(more)}</p>}
      <FilesOnTheWay record={record} />
      {isTroubled(record) && <p>{say("record_not_sent")}</p>}
      <p class="soft">
        {say("record_code")}: <span class="figures">{interviewCode(record.instance_id)}</span>
        {record.revision > 1 && ` · ${say("record_revision", { number: record.revision })}`}
      </p>
      <div>
        <button type="button" class="button" onClick={() => go({ screen: "record", id: record.instance_id })}>
          {say("record_open")}
          <span class="only-spoken">
            : {title}, {when}, {interviewCode(record.instance_id)}
          </span>
        </button>
      </div>
    </li>
  );
}

const AWAY: ReadonlySet<string> = new Set(["unreachable", "portal", "down"]);

/** Tried and answered with anything but a receipt; having no connection is told once, above. */
function isTroubled({ receipt, problem }: OutboxItem): boolean {
  return !receipt && problem !== null && !AWAY.has(problem) && !problem.startsWith("attachment");
}

const STATES: Readonly<Record<RecordState, { tone: Tone; text: TextKey; more?: TextKey }>> = {
  waiting: { tone: "waiting", text: "record_waiting" },
  sending: { tone: "plain", text: "record_sending" },
  delivered: { tone: "good", text: "record_delivered" },
  conflict: { tone: "good", text: "record_conflict", more: "record_conflict_text" },
  quarantined: { tone: "good", text: "record_quarantined", more: "record_quarantined_text" },
  "refused-identity": { tone: "waiting", text: "record_refused", more: "send_identity" },
};
