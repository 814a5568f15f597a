// Has everything arrived? If not: how much waits, since when, and the button.
import { ageInWords, useWording } from "../i18n.ts";
import type { OutboxItem } from "../store/outbox.ts";
import { Icon } from "../widgets/icon.tsx";
import { Message } from "../widgets/message.tsx";
import { go, OUTBOX } from "./route.ts";
import { SendButton } from "./send-button.tsx";

/** Unsent for longer than this asks for attention. */
const LATE_MS = 24 * 3600 * 1000;

export function OutboxSummary({ records }: { records: readonly OutboxItem[] }) {
  const { say } = useWording();
  const waiting = records.filter((record) => !record.receipt);
  return (
    <section class="card stack" aria-labelledby="outbox-title">
      <h2 class="card__title" id="outbox-title">
        {say("outbox")}
      </h2>
      <div class="row">
        <Figure count={waiting.length} label={say("waiting_count")} tone={waiting.length ? "waiting" : "plain"} />
        <Figure count={records.length - waiting.length} label={say("delivered_count")} tone={records.length > waiting.length ? "good" : "plain"} />
      </div>
      <Oldest waiting={waiting} />
      <SendButton waiting={waiting.length} />
      <button type="button" class="button" onClick={() => go(OUTBOX)}>
        <Icon name="tray" />
        {say("outbox_open")}
      </button>
    </section>
  );
}

/** The age of the oldest record that has not arrived; louder after a day. */
export function Oldest({ waiting }: { waiting: readonly OutboxItem[] }) {
  const { language, say } = useWording();
  if (waiting.length === 0) return <p class="soft">{say("nothing_waiting")}</p>;
  const oldest = Math.max(...waiting.map((record) => record.age));
  const now = new Date();
  const age = ageInWords(new Date(now.getTime() - oldest), now, language);
  if (oldest < LATE_MS) return <p class="soft">{say("oldest_waiting", { age })}</p>;
  return <Message tone="waiting">{say("oldest_late", { age })}</Message>;
}

function Figure({ count, label, tone }: { count: number; label: string; tone: string }) {
  return (
    <p class={`figure figure--${tone}`}>
      <span class="figure__count">{count}</span>
      <span class="figure__label">{label}</span>
    </p>
  );
}
