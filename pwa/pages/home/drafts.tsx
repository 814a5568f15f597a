// Every interview that was begun and not finished.
import { useState } from "preact/hooks";
import { useWording } from "../../i18n.ts";
import { listDrafts } from "../../store/records/drafts.ts";
import { DraftCards } from "./draft-cards.tsx";
import { More, usePaged } from "../paged.tsx";
import { Screen } from "../screen.tsx";
import { useWork } from "../work.ts";

export function Drafts() {
  const { say } = useWording();
  const { session } = useWork();
  const [discarded, setDiscarded] = useState(0);
  const paged = usePaged((most) => listDrafts(session.vault, { most }), [session, discarded]);
  return (
    <Screen title={say("drafts")}>
      {paged.items?.length === 0 && <p class="empty">{say("drafts_empty")}</p>}
      {paged.items && <DraftCards heading="h2" drafts={paged.items} discarded={() => setDiscarded(discarded + 1)} />}
      <More paged={paged} />
    </Screen>
  );
}
