// Interviews that were begun and not finished, a card each.
import { useState } from "preact/hooks";
import { ageInWords, atMoment, momentInWords, useWording } from "../../i18n.ts";
import { centreTime } from "../../store/clock.ts";
import { discardDraft, type DraftSummary } from "../../store/records/drafts.ts";
import { takeSeat } from "../../store/seat.ts";
import { AskAgain } from "../../widgets/ask-again.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { interviewCode, progressOf } from "../../interview/kept-interview.ts";
import { go, interviewRoute } from "../route.ts";
import { useTitles } from "../titles.ts";
import { useWork } from "../work.ts";

interface DraftCardsProps {
  drafts: readonly DraftSummary[];
  /** Called once a draft is gone. */
  discarded: () => void;
  /** One below the heading the cards stand under. */
  heading: "h2" | "h3";
}

export function DraftCards({ drafts, discarded, heading }: DraftCardsProps) {
  const { session } = useWork();
  /** False where another tab fills it in just now. */
  const discard = async ({ instance_id }: DraftSummary): Promise<boolean> => {
    const leave = await takeSeat(instance_id, { onLost: async () => {} });
    await leave?.(() => discardDraft(session.vault, instance_id));
    if (leave) discarded();
    return leave !== null;
  };
  return (
    <ul class="cards">
      {drafts.map((draft) => (
        <DraftCard key={draft.instance_id} discard={() => discard(draft)} {...{ draft, heading }} />
      ))}
    </ul>
  );
}

type DraftCardProps = Pick<DraftCardsProps, "heading"> & { draft: DraftSummary; discard: () => Promise<boolean> };

function DraftCard({ draft, discard, heading: Heading }: DraftCardProps) {
  const { language, say } = useWording();
  const [isAsking, setAsking] = useState(false);
  const [isOpenElsewhere, setOpenElsewhere] = useState(false);
  const tryToDiscard = async () => {
    if (await discard()) return;
    setAsking(false);
    setOpenElsewhere(true);
  };
  const now = centreTime();
  const place = useTitles()(draft) || say("draft_without_place");
  const when = momentInWords(new Date(draft.started_at), now, language);
  const started = atMoment(new Date(draft.started_at), now, language);
  const code = draft.anonymous ? "" : interviewCode(draft.instance_id);
  const spoken = code ? `${place}, ${say("record_code")} ${code}` : place;
  const progress = progressOf(draft);
  return (
    <li class="card card--close draft">
      <div class="draft__facts stack stack--close">
        <Heading>
          {place}
          {draft.revision > 1 && ` · ${say("record_revision", { number: draft.revision })}`}
        </Heading>
        <p class="soft">
          {when} · {say("draft_saved", { when: ageInWords(new Date(draft.saved_at), now, language) })}
          {code && ` · ${say("record_code")} ${code}`}
        </p>
        <progress class="progress" max={progress.asked} value={progress.answered} aria-hidden="true" />
        <p class="soft">
          <small>{say("draft_progress", { ...progress })}</small>
        </p>
      </div>
      {isOpenElsewhere && (
        <p class="field__error" role="alert">
          {say("discard_open")}
        </p>
      )}
      {isAsking ? (
        <div class="stack stack--close" role="alert">
          <p>{say("discard_ask")}</p>
          <AskAgain
            {...{ no: "discard_no", yes: "discard_yes", icon: "trash" }}
            leave={() => setAsking(false)}
            go={() => void tryToDiscard()}
          />
        </div>
      ) : (
        <div class="row">
          <button
            type="button"
            class="button button--primary"
            aria-label={say("resume_draft", { title: spoken, when: started })}
            onClick={() => go(interviewRoute(draft.instance_id))}
          >
            {say("resume")}
            <Icon name="next" />
          </button>
          <button
            type="button"
            class="button button--plain button--danger"
            aria-label={say("discard_draft", { title: spoken, when: started })}
            onClick={() => setAsking(true)}
          >
            {say("discard")}
          </button>
        </div>
      )}
    </li>
  );
}
