// Before finishing: what is complete, what is not and where it stands.
import { useEffect, useRef, useState } from "preact/hooks";
import type { FieldModel, InterviewModel, PageModel } from "../form/model.ts";
import { useWording } from "../i18n.ts";
import { finaliseAnonymous } from "../store/anonymous.ts";
import { finalise } from "../store/outbox.ts";
import { reasonOf, type NotSavedReason } from "../store/problems.ts";
import { Icon } from "../widgets/icon.tsx";
import { Badge, Message } from "../widgets/message.tsx";
import { sayViolation } from "../widgets/question.tsx";
import { BreakOff } from "./break-off.tsx";
import { correctionDays, DAYS } from "./correction.ts";
import { isAnonymous, keptDraft } from "./kept-interview.ts";
import { kindObject, kindOf } from "./kinds.ts";
import { useLoaded } from "../widgets/loaded.ts";
import { go, goBack, interviewRoute, replace } from "./route.ts";
import { SavedMark, SaveFailed, SaveNews } from "./saved-mark.tsx";
import { useSaving, type Saver } from "./saving.ts";
import { useWork } from "./work.ts";

/** How many missing questions of a section are named. */
const LISTED = 5;

interface ReviewProps {
  id: string;
  model: InterviewModel;
  saver: Saver;
}

export function Review({ id, model, saver }: ReviewProps) {
  const { say } = useWording();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const last = model.pages.at(-1);
  const missing = model.violations().length;
  const kind = kindOf(model.draft().form_id);
  const what = kindObject(kind, say);
  const days = useCorrectionDays();
  const saving = useSaving(saver);
  const cannotSave = saving.isRunning || saving.failure !== null;
  const { finish, isFinishing, failure } = useFinish(model, saver);
  return (
    <div class="section">
      <header class="section__head">
        <div class="row row--apart">
          <h1 tabIndex={-1} ref={heading}>
            {say("review")}
          </h1>
          <SavedMark saver={saver} />
        </div>
      </header>
      <SaveNews saver={saver} />
      {failure && <SaveFailed reason={failure} save={() => void finish(missing > 0)} />}
      <Message tone={missing === 0 ? "good" : "waiting"}>
        <p>{missing === 0 ? say("review_ready", { what }) : say("review_missing", { count: missing })}</p>
      </Message>
      <ol class="sections">
        {model.pages.map((page) => (
          <SectionSummary page={page} id={id} key={page.key} />
        ))}
      </ol>
      <p class="soft">{isAnonymous(saver.beside()) ? say("finish_note_anonymous") : say("finish_note", { days })}</p>
      {missing > 0 && (
        <BreakOff kind={kind} count={missing} isDisabled={isFinishing || cannotSave} send={() => void finish(true)} />
      )}
      <nav class="steps steps__ways" aria-label={say("sections")}>
        <button type="button" class="button" onClick={() => goBack(interviewRoute(id, last?.key))}>
          <Icon name="back" />
          {say("previous")}
        </button>
        <button
          type="button"
          class="button button--primary steps__on"
          disabled={missing > 0 || isFinishing || cannotSave}
          onClick={() => void finish(false)}
        >
          <Icon name="check" />
          {isFinishing ? say("finishing") : say("finish", { what })}
        </button>
      </nav>
    </div>
  );
}

function SectionSummary({ page, id }: { page: PageModel; id: string }) {
  const { say } = useWording();
  const missing = page.fields().filter((field) => field.violation);
  return (
    <li class="card card--close stack stack--close">
      <div class="row row--apart">
        <button type="button" class="link" onClick={() => go(interviewRoute(id, page.key))}>
          <span class="only-spoken">{say("go_to_section", { section: page.label })}</span>
          <span aria-hidden="true">{page.label}</span>
        </button>
        {missing.length === 0 ? (
          <Badge tone="good">{say("section_done")}</Badge>
        ) : (
          <Badge tone="waiting">{say("section_missing", { count: missing.length })}</Badge>
        )}
      </div>
      {missing.length > 0 && (
        <ul class="stack stack--close plain-list">
          {missing.slice(0, LISTED).map((field) => (
            <li key={field.key}>
              <Missing field={field} go={() => go(interviewRoute(id, page.key, field.key))} />
            </li>
          ))}
          {missing.length > LISTED && (
            <li class="soft">{say("more_missing", { count: missing.length - LISTED })}</li>
          )}
        </ul>
      )}
    </li>
  );
}

function Missing({ field, go }: { field: FieldModel; go: () => void }) {
  const { say } = useWording();
  const { violation } = field;
  const [, index] = /\[(\d+)\]/.exec(field.path) ?? [];
  return (
    <button type="button" class="missing" onClick={go}>
      <span class="missing__question">
        {index !== undefined && `${say("row", { number: Number(index) + 1 })} · `}
        {field.label}
      </span>
      {violation && violation.code !== "required" && (
        <span class="missing__why">{sayViolation(violation, field, say)}</span>
      )}
      <Icon name="next" />
    </button>
  );
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
    const { correction, noted } = saver.beside();
    const editReason = correction?.reason ?? "";
    const finished = model.finish({ appVersion, isBrokenOff, editReason, paradata: { ...noted } });
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
