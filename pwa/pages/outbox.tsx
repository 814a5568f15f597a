// Every finished interview: where it is, since when, and the centre's word once it has it.
import { useEffect, useRef } from "preact/hooks";
import { ageInWords, momentInWords, useWording, type TextKey } from "../i18n.ts";
import { listOutbox, type OutboxItem, type RecordState } from "../store/outbox.ts";
import { Icon } from "../widgets/icon.tsx";
import { Badge, type Tone } from "../widgets/message.tsx";
import { interviewCode } from "./kept-interview.ts";
import { useLoaded } from "./loaded.ts";
import { Oldest } from "./outbox-summary.tsx";
import { Receipt } from "./receipt.tsx";
import { goBack, HOME } from "./route.ts";
import { SendButton } from "./send-button.tsx";
import { useWork } from "./work.ts";

const NOTHING: ReadonlySet<string> = new Set();

export function Outbox() {
  const { say } = useWording();
  const { session, traffic } = useWork();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const sending = traffic.progress?.sending ?? NOTHING;
  const records = useLoaded(() => listOutbox(session.vault, { sending }), [session, traffic.round, sending]);
  if (!records) return null;
  const waiting = records.filter((record) => !record.receipt);
  const delivered = records.filter((record) => record.receipt);
  return (
    <div class="stack stack--wide">
      <div class="stack">
        <div>
          <button type="button" class="button" onClick={() => goBack(HOME)}>
            <Icon name="back" />
            {say("leave_interview")}
          </button>
        </div>
        <h1 tabIndex={-1} ref={heading}>
          {say("outbox")}
        </h1>
      </div>
      {records.length === 0 && <p class="empty">{say("outbox_empty")}</p>}
      {records.length > 0 && (
        <div class="stack">
          <Oldest waiting={waiting} />
          <SendButton waiting={waiting.length} />
        </div>
      )}
      <Records title={say("outbox_waiting_title")} records={waiting} />
      <Records title={say("outbox_delivered_title")} records={delivered} />
    </div>
  );
}

function Records({ title, records }: { title: string; records: readonly OutboxItem[] }) {
  if (records.length === 0) return null;
  return (
    <section class="stack">
      <h2>
        {title}
        <span class="count">{records.length}</span>
      </h2>
      <ul class="stack stack--close plain-list">
        {records.map((record) => (
          <RecordCard record={record} key={record.instance_id} />
        ))}
      </ul>
    </section>
  );
}

function RecordCard({ record }: { record: OutboxItem }) {
  const { language, say } = useWording();
  const { tone, text, more } = STATES[record.state];
  const finished = new Date(record.finalised_at);
  const now = new Date();
  const when = momentInWords(finished, now, language);
  return (
    <li class="card card--close stack stack--close">
      <div class="row row--apart">
        <h3>{record.title || say("draft_without_place")}</h3>
        <Badge tone={tone}>{say(text)}</Badge>
      </div>
      <p class="soft">{say("record_finished", { when, age: ageInWords(finished, now, language) })}</p>
      {record.receipt && <Receipt receipt={record.receipt} />}
      {more && <p>{say(more)}</p>}
      {isTroubled(record) && <p>{say("record_not_sent")}</p>}
      <p class="soft">
        {say("record_code")}: <span class="figures">{interviewCode(record.instance_id)}</span>
      </p>
    </li>
  );
}

/** Tried and answered with anything but a receipt; having no connection is told once, above. */
function isTroubled({ receipt, problem }: OutboxItem): boolean {
  return !receipt && problem !== null && problem !== "unreachable";
}

const STATES: Readonly<Record<RecordState, { tone: Tone; text: TextKey; more?: TextKey }>> = {
  waiting: { tone: "waiting", text: "record_waiting" },
  sending: { tone: "plain", text: "record_sending" },
  delivered: { tone: "good", text: "record_delivered" },
  conflict: { tone: "good", text: "record_conflict", more: "record_conflict_text" },
  quarantined: { tone: "good", text: "record_quarantined", more: "record_quarantined_text" },
  "refused-identity": { tone: "waiting", text: "record_refused", more: "send_identity" },
};
