// One section of an interview: its questions, how far one is, on and back.
import { useEffect, useRef, useState } from "preact/hooks";
import type { FieldModel, InterviewModel, PageModel } from "../form/model.ts";
import { useWording } from "../i18n.ts";
import { Icon } from "../widgets/icon.tsx";
import { Nodes } from "../widgets/nodes.tsx";
import { elementId } from "../widgets/question.tsx";
import { go, goBack, HOME, interviewRoute, type Route } from "./route.ts";
import { SavedMark, SaveNews } from "./saved-mark.tsx";
import type { Saver } from "./saving.ts";

interface SectionProps {
  model: InterviewModel;
  section: PageModel;
  /** The key of a question to begin at. */
  question: string;
  saver: Saver;
}

export function SectionPage({ model, section, question, saver }: SectionProps) {
  const { say } = useWording();
  const heading = useRef<HTMLHeadingElement>(null);
  const [isHeld, setHeld] = useState(false);
  const missing = isHeld ? missingIn(section) : [];
  const { before, after, number } = neighbours(model, section);
  useEffect(() => {
    const field = section.fields().find((candidate) => candidate.key === question);
    if (field) focusQuestion(field);
    else heading.current?.focus();
  }, [section.key, question]);
  const next = () => {
    for (const field of section.fields()) field.leave();
    const [first] = missingIn(section);
    if (!first) return go(after);
    setHeld(true);
    focusQuestion(first);
  };
  return (
    <div class="section">
      <header class="section__head">
        <div class="row row--apart">
          <button type="button" class="button button--small" onClick={() => go(HOME)}>
            <Icon name="home" />
            {say("pause")}
          </button>
          <p class="section__number">{say("section_of", { number, total: model.pages.length })}</p>
          <SavedMark saver={saver} />
        </div>
        <progress class="progress" max={model.pages.length} value={number} aria-hidden="true" />
        <h1 tabIndex={-1} ref={heading}>
          {section.label || model.title}
        </h1>
      </header>
      <SaveNews saver={saver} />
      <Nodes nodes={section.children} />
      <nav class="steps" aria-label={say("interview")}>
        <div class="live steps__held" role="status">
          {missing.length > 0 && (
            <>
              <span>{say("page_missing", { count: missing.length })}</span>
              <button type="button" class="link" onClick={() => go(after)}>
                {say("continue_anyway")}
              </button>
            </>
          )}
        </div>
        <button type="button" class="button" onClick={() => goBack(before ?? HOME)}>
          <Icon name={before ? "back" : "home"} />
          {say(before ? "previous" : "leave_interview")}
        </button>
        <button type="button" class="button button--primary steps__on" onClick={next}>
          {say(after.screen === "review" ? "to_review" : "next")}
          <Icon name="next" />
        </button>
      </nav>
    </div>
  );
}

function missingIn(section: PageModel): FieldModel[] {
  return section.fields().filter((field) => field.violation);
}

function neighbours(model: InterviewModel, section: PageModel) {
  const id = model.draft().instance_id;
  const at = model.pages.findIndex((page) => page.key === section.key);
  const [previous, following] = [model.pages[at - 1], model.pages[at + 1]];
  const review: Route = { screen: "review", id };
  return {
    number: at + 1,
    before: previous ? interviewRoute(id, previous.key) : null,
    after: following ? interviewRoute(id, following.key) : review,
  };
}

/** Go to the control of a question, or to the question itself where it has none. */
function focusQuestion(field: FieldModel): void {
  const question = document.getElementById(elementId(field));
  const control = question?.querySelector<HTMLElement>("input, textarea, select, button") ?? question;
  control?.focus({ preventScroll: true });
  question?.scrollIntoView({ block: "center" });
}
