// How many drafts, how many records wait and how many arrived; each leads to its list.
import { ageInWords, useWording, type TextKey } from "../../i18n.ts";
import { centreTime } from "../../store/clock.ts";
import type { OutboxCounts } from "../../store/records/outbox.ts";
import { Icon, type IconName } from "../../widgets/icon.tsx";
import { Message, type Tone } from "../../widgets/message.tsx";
import { DRAFTS, go, outboxRoute, type Route } from "../route.ts";
import { SendButton } from "../outbox/send-button.tsx";

/** Unsent for longer than this asks for attention, and for longer than that loudly. */
const LATE_MS = 24 * 3600 * 1000;
const VERY_LATE_MS = 3 * LATE_MS;

export function HomeFigures({ counts }: { counts: OutboxCounts & { drafts: number } }) {
  const { say } = useWording();
  const { drafts, waiting, delivered, oldest } = counts;
  return (
    <section class="card stack" aria-labelledby="records-title">
      <h2 class="card__title" id="records-title">
        {say("my_records")}
      </h2>
      <ul class="figures-row">
        <Figure count={drafts} icon="pencil" label="drafts_count" tone="plain" to={DRAFTS} />
        <Figure count={waiting} icon="clock" label="waiting_count" tone="waiting" to={outboxRoute()} />
        <Figure count={delivered} icon="check" label="delivered_count" tone="good" to={outboxRoute("delivered")} />
      </ul>
      <Oldest oldest={oldest} />
      <SendButton waiting={waiting} />
      <button type="button" class="button" onClick={() => go(outboxRoute())}>
        <Icon name="tray" />
        {say("outbox_open")}
      </button>
    </section>
  );
}

interface FigureProps {
  count: number;
  icon: IconName;
  label: TextKey;
  tone: Tone;
  to: Route;
}

function Figure({ count, icon, label, tone, to }: FigureProps) {
  const { say } = useWording();
  return (
    <li>
      <button type="button" class={`figure figure--${count > 0 ? tone : "plain"}`} onClick={() => go(to)}>
        <Icon name={icon} class="figure__icon" />
        <span class="figure__count">{count}</span>
        <span class="figure__label">{say(label)}</span>
      </button>
    </li>
  );
}

/** The age of the oldest record that has not arrived; louder after a day, loud after three. */
export function Oldest({ oldest }: { oldest: number | null }) {
  const { language, say } = useWording();
  if (oldest === null) return <p class="soft">{say("nothing_waiting")}</p>;
  const now = centreTime();
  const age = ageInWords(new Date(now.getTime() - oldest), now, language);
  if (oldest < LATE_MS) return <p class="soft">{say("oldest_waiting", { age })}</p>;
  return <Message tone={oldest < VERY_LATE_MS ? "waiting" : "bad"}>{say("oldest_late", { age })}</Message>;
}
