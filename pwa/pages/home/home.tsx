// What can I begin here, what did I leave unfinished, has everything arrived.
import { useEffect, useRef, useState } from "preact/hooks";
import { useWording } from "../../i18n.ts";
import { countDrafts, listDrafts } from "../../store/records/drafts.ts";
import { countOutbox } from "../../store/records/outbox.ts";
import { Begin } from "./begin.tsx";
import { ClockNotice } from "../clock-notice.tsx";
import { DraftCards } from "./draft-cards.tsx";
import { HomeFigures } from "./home-figures.tsx";
import { IdentityNotice } from "./identity-notice.tsx";
import { InstallHint } from "./install-hint.tsx";
import { PortalNotice } from "../portal-notice.tsx";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { PrivateWindow } from "../entrance/private-window.tsx";
import { RoundTroubles } from "../outbox/round-troubles.tsx";
import { DRAFTS, go } from "../route.ts";
import { TabletStateCard } from "./tablet-state.tsx";
import { UpdateNotice } from "./update-notice.tsx";
import { useWork } from "../work.ts";

/** The drafts shown at home; all of them stand on a screen of their own. */
const LATEST = 3;

export function Home() {
  const { say } = useWording();
  const { session, traffic } = useWork();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { vault } = session;
  const [discarded, setDiscarded] = useState(0);
  const counts = useLoaded(async () => {
    const [outbox, drafts] = await Promise.all([countOutbox(vault), countDrafts(vault)]);
    return { ...outbox, drafts };
  }, [vault, traffic.round, discarded]);
  const name = vault.row.officer?.full_name ?? vault.row.username;
  return (
    <div class="stack stack--wide">
      <h1 tabIndex={-1} ref={heading}>
        {say("hello", { name })}
      </h1>
      <UpdateNotice />
      <IdentityNotice />
      <PrivateWindow />
      <ClockNotice />
      <PortalNotice connection={traffic.connection} />
      <RoundTroubles outcome={traffic.outcome} />
      <div class="desk">
        <div class="stack stack--wide">
          <Begin />
          {counts && <LatestDrafts count={counts.drafts} {...{ discarded, setDiscarded }} />}
        </div>
        <div class="stack stack--wide">
          {counts && <HomeFigures counts={counts} />}
          <InstallHint />
          <TabletStateCard />
        </div>
      </div>
    </div>
  );
}

interface LatestDraftsProps {
  count: number;
  discarded: number;
  setDiscarded: (discarded: number) => void;
}

function LatestDrafts({ count, discarded, setDiscarded }: LatestDraftsProps) {
  const { say } = useWording();
  const { session, traffic } = useWork();
  const drafts = useLoaded(() => listDrafts(session.vault, { most: LATEST }), [
    ...[session, traffic.round, discarded],
  ]);
  return (
    <section class="stack" aria-labelledby="drafts-title">
      <h2 id="drafts-title">{say("drafts")}</h2>
      {drafts?.length === 0 && <p class="empty">{say("drafts_empty")}</p>}
      {drafts && <DraftCards heading="h3" drafts={drafts} discarded={() => setDiscarded(discarded + 1)} />}
      {count > LATEST && (
        <button type="button" class="button" onClick={() => go(DRAFTS)}>
          {say("drafts_all", { count })}
        </button>
      )}
    </section>
  );
}
