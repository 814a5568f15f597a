// Before finishing: what is missing or doubted, and every answer to be looked at once more.
import { useEffect, useRef, useState } from "preact/hooks";
import type { InterviewModel } from "../../form/model.ts";
import { useWording } from "../../i18n.ts";
import { finaliseAnonymous } from "../../store/records/anonymous.ts";
import { finalise } from "../../store/records/outbox.ts";
import { reasonOf, type NotSavedReason } from "../../store/problems.ts";
import { afterPaint } from "../../widgets/after-paint.ts";
import { Icon } from "../../widgets/icon.tsx";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { Message } from "../../widgets/message.tsx";
import { BreakOff } from "./break-off.tsx";
import { correctionDays, DAYS } from "../../interview/correction-days.ts";
import { isAnonymous, keptDraft } from "../../interview/kept-interview.ts";
import { kindObject, kindOf } from "../kinds.ts";
import { focusAnswer, linesOf, SectionAnswers, Troubles, type Line } from "./review-answers.tsx";
import { go, goBack, interviewRoute, replace } from "../route.ts";
import { SavedMark, SaveFailed, SaveNews } from "./saved-mark.tsx";
import { useSaving, type Saver } from "../../interview/saving.ts";
import { useWork } from "../work.ts";

interface ReviewProps {
  id: string;
  model: InterviewModel;
  saver: Saver;
  /** The key of the question that was gone to from here last: one comes back to it. */
  visited: { current: string };
}

export function Review({ id, model, saver, visited }: ReviewProps) {
  const { say } = useWording();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => void afterPaint(() => focusVisited(visited.current, heading.current)), []);
  const last = model.pages.at(-1);
  const kind = kindOf(model.draft().form_id);
  const what = kindObject(kind, say);
  const days = useCorrectionDays();
  const wrong = model.pages.flatMap(linesOf).filter(({ field }) => field.violation);
  const missing = wrong.filter(({ field }) => field.violation?.code !== "soft");
  const doubts = wrong.filter(({ field }) => field.violation?.code === "soft");
  const [first] = wrong;
  const saving = useSaving(saver);
  const cannotSave = saving.isRunning || saving.failure !== null;
  const { finish, isFinishing, failure } = useFinish(model, saver);
  const goTo = ({ page, field }: Line) => {
    visited.current = field.key;
    go(interviewRoute(id, page.key, field.key));
  };
  const goToSection = (page: string) => {
    visited.current = "";
    go(interviewRoute(id, page));
  };
  return (
    <div class="section section--review">
      <header class="section__head">
        <div class="row row--apart">
          <h1 tabIndex={-1} ref={heading}>
            {say("review")}
          </h1>
          <SavedMark saver={saver} />
        </div>
      </header>
      <div class="section__beside stack">
        <SaveNews saver={saver} />
        {failure && <SaveFailed reason={failure} save={() => void finish(wrong.length > 0)} />}
        {wrong.length === 0 && (
          <Message tone="good">
            <p>{say("review_ready", { what })}</p>
          </Message>
        )}
        <Troubles icon="alert" said="review_missing" lines={missing} goTo={goTo} />
        <Troubles icon="doubt" said="review_doubts" lines={doubts} goTo={goTo} />
        <p class="soft">{isAnonymous(saver.beside()) ? say("finish_note_anonymous") : say("finish_note", { days })}</p>
        {wrong.length > 0 && (
          <BreakOff
            {...{ kind, count: wrong.length, isDisabled: isFinishing || cannotSave, send: () => void finish(true) }}
          />
        )}
      </div>
      <ol class="sections">
        {model.pages.map((page) => (
          <SectionAnswers page={page} goTo={goTo} goToSection={() => goToSection(page.key)} key={page.key} />
        ))}
      </ol>
      <nav class="steps steps__ways" aria-label={say("sections")}>
        <button type="button" class="button" onClick={() => goBack(interviewRoute(id, last?.key))}>
          <Icon name="back" />
          {say("previous")}
        </button>
        {first ? (
          <button type="button" class="button button--primary steps__on" onClick={() => goTo(first)}>
            {say("review_first")}
            <Icon name="next" />
          </button>
        ) : (
          <button
            type="button"
            class="button button--primary steps__on"
            disabled={isFinishing || cannotSave}
            onClick={() => void finish(false)}
          >
            <Icon name="check" />
            {isFinishing ? say("finishing") : say("finish", { what })}
          </button>
        )}
      </nav>
    </div>
  );
}

/** Come back to what one went away from; to the heading where that is asked no more, or at first. */
function focusVisited(question: string, heading: HTMLElement | null): void {
  if (!question || !focusAnswer(question)) heading?.focus();
}

function useCorrectionDays(): number {
  const { store } = useWork();
  return useLoaded(() => correctionDays(store), [store]) ?? DAYS;
}

function useFinish(model: InterviewModel, saver: Saver) {
  const { session, traffic, appVersion } = useWork();
  const [isFinishing, setFinishing] = useState(false);
  const [failure, setFailure] = useState<NotSavedReason | null>(null);
  const finish = async (isBrokenOff: boolean) => {
    const { correction, noted, isCentreTime } = saver.beside();
    const editReason = correction?.reason ?? "";
    const finished = model.finish({ appVersion, isBrokenOff, editReason, paradata: { ...noted }, isCentreTime });
    if (!finished.done) return;
    setFinishing(true);
    setFailure(null);
    try {
      const draft = keptDraft(model);
      const keep = isAnonymous(saver.beside()) ? finaliseAnonymous : finalise;
      await keep(session.vault, draft, finished.interview);
      void traffic.sendNow();
      replace({ screen: "finished", id: draft.instance_id });
    } catch (error) {
      setFailure(reasonOf(error));
      setFinishing(false);
    }
  };
  return { finish, isFinishing, failure };
}
