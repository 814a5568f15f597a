// What can I begin here, what did I leave unfinished, has everything arrived.
import { useEffect, useRef } from "preact/hooks";
import { useWording } from "../i18n.ts";
import { listDrafts } from "../store/drafts.ts";
import { listOutbox } from "../store/outbox.ts";
import { DraftList } from "./draft-list.tsx";
import { IdentityNotice } from "./identity-notice.tsx";
import { useLoaded } from "./loaded.ts";
import { OutboxSummary } from "./outbox-summary.tsx";
import { StartInterview } from "./start-interview.tsx";
import { TabletStateCard } from "./tablet-state.tsx";
import { UpdateNotice } from "./update-notice.tsx";
import { useWork } from "./work.ts";

export function Home() {
  const { say } = useWording();
  const { session, traffic } = useWork();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { vault } = session;
  const records = useLoaded(() => listOutbox(vault), [vault, traffic.round]);
  const name = vault.row.officer?.full_name ?? vault.row.username;
  return (
    <div class="stack stack--wide">
      <h1 tabIndex={-1} ref={heading}>
        {say("hello", { name })}
      </h1>
      <UpdateNotice />
      <IdentityNotice />
      <StartInterview />
      <Drafts />
      {records && <OutboxSummary records={records} />}
      <TabletStateCard />
    </div>
  );
}

function Drafts() {
  const { session } = useWork();
  const drafts = useLoaded(() => listDrafts(session.vault), [session]);
  return drafts && <DraftList first={drafts} />;
}
