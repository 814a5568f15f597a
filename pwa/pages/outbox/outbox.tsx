// Every finished interview: first what waits, then what the centre has, each by the page.
import { useEffect, useRef } from "preact/hooks";
import { useWording } from "../../i18n.ts";
import { countOutbox, listOutbox, type OutboxItem } from "../../store/records/outbox.ts";
import { AnonymousRecords } from "./anonymous-records.tsx";
import { Oldest } from "../home/home-figures.tsx";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { More, usePaged, type Paged } from "../paged.tsx";
import { RecordCard } from "./record-card.tsx";
import { RoundTroubles } from "./round-troubles.tsx";
import type { Shelf } from "../route.ts";
import { Screen } from "../screen.tsx";
import { SendButton } from "./send-button.tsx";
import { useWork } from "../work.ts";

const NOTHING: ReadonlySet<string> = new Set();

export function Outbox({ shelf }: { shelf: Shelf }) {
  const { say } = useWording();
  const { session, traffic } = useWork();
  const { vault } = session;
  const sending = traffic.progress?.sending ?? NOTHING;
  const when = [vault, traffic.round];
  const counts = useLoaded(() => countOutbox(vault), when);
  const waiting = usePaged((most) => listOutbox(vault, { shelf: "waiting", most, sending }), [...when, sending]);
  const delivered = usePaged((most) => listOutbox(vault, { shelf: "delivered", most }), when);
  if (!counts || !waiting.items || !delivered.items) return null;
  return (
    <Screen title={say("outbox")}>
      <RoundTroubles outcome={traffic.outcome} />
      {counts.waiting + counts.delivered === 0 ? (
        <p class="empty">{say("outbox_empty")}</p>
      ) : (
        <div class="stack">
          <Oldest oldest={counts.oldest} />
          <SendButton waiting={counts.waiting} />
        </div>
      )}
      <AnonymousRecords />
      <Records title={say("outbox_waiting_title")} count={counts.waiting} records={waiting} />
      <Records
        title={say("outbox_delivered_title")}
        count={counts.delivered}
        records={delivered}
        isWanted={shelf === "delivered"}
      />
    </Screen>
  );
}

interface RecordsProps {
  title: string;
  count: number;
  records: Paged<OutboxItem>;
  /** Looked for: the focus goes here. */
  isWanted?: boolean;
}

function Records({ title, count, records, isWanted = false }: RecordsProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isWanted) heading.current?.focus();
  }, [isWanted]);
  if (count === 0) return null;
  return (
    <section class="stack">
      <h2 tabIndex={-1} ref={heading}>
        {title}
        <span class="count">{count}</span>
      </h2>
      <ul class="cards">
        {records.items?.map((record) => (
          <RecordCard record={record} key={`${record.instance_id}/${record.revision}`} />
        ))}
      </ul>
      <More paged={records} />
    </section>
  );
}
