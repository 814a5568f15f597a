// One section of an interview: its questions, how far one is, on and back.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Draft, FieldModel, InterviewModel, PageModel } from "../../form/model.ts";
import { useWording } from "../../i18n.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Nodes } from "../../widgets/questions/nodes.tsx";
import { focusQuestion } from "../../widgets/leaving.ts";
import { Hushed } from "../../widgets/questions/question.tsx";
import { OpenRowProvider, rowKeyOf } from "../../widgets/questions/repeat.tsx";
import { isTableOf } from "../../widgets/questions/table-list.ts";
import { afterAnswer, afterPaint, useRestLater } from "../../widgets/after-paint.ts";
import { Resumed, type Standing } from "./resumed.tsx";
import { cameFrom, go, goBack, goHome, HOME, interviewRoute, noticeRoute, type Route } from "../route.ts";
import { SavedMark, SaveNews } from "./saved-mark.tsx";
import type { Saver } from "../../interview/saving.ts";
import { SectionList, useRoomBeside } from "./section-list.tsx";
import { Undo } from "./undo.tsx";

/** As many questions as a tall tablet shows; the rest of the section is drawn a frame later. */
const AT_ONCE = 4;

interface SectionProps {
  id: string;
  model: InterviewModel;
  section: PageModel;
  /** The key of a question to begin at. */
  question: string;
  /** Where the officer stood before a break; null once the interview goes on. */
  standing: Standing | null;
  saver: Saver;
  /** Open the interview as it was then. */
  restore: (draft: Draft) => void;
}

export function SectionPage({ id, model, section, question, standing, saver, restore }: SectionProps) {
  const { say } = useWording();
  const heading = useRef<HTMLHeadingElement>(null);
  const [isHeld, setHeld] = useState(false);
  // The revision at which the whole page was left: what is missing is told once, not by each question.
  const leftAt = useRef(-1);
  const missing = isHeld ? missingIn(section) : [];
  const beginAt = question || (standing?.question ?? "");
  const [openRow, setOpenRow] = useState(rowKeyOf(beginAt));
  const shown = useRestLater(section.children, { few: firstOf(section), allAtOnce: beginAt !== "" });
  const { before, after } = neighbours(id, model, section);
  const { number, total, isCertain } = model.standAt(section);
  useEffect(() => {
    const field = section.fields().find((candidate) => candidate.key === beginAt);
    // After the frame of the page, which goes to its top when the review gives way to a section.
    if (field) afterPaint(() => focusQuestion(field));
    else beginAtTop(heading.current);
  }, [section.key, beginAt]);
  const next = () => {
    section.leave();
    leftAt.current = model.revision;
    // The review lists whatever is missing here: it holds nobody who came from there.
    if (cameFrom(review(id))) return history.back();
    const [first] = missingIn(section);
    if (!first) return go(after);
    setHeld(true);
    const row = rowKeyOf(first.key);
    if (!row || row === openRow) return focusQuestion(first);
    // In a folded row it is drawn only once its row is open.
    setOpenRow(row);
    afterPaint(() => focusQuestion(first));
  };
  const isWide = useRoomBeside();
  return (
    <div class={isWide ? "room room--wide" : "room"}>
      {isWide && <SectionList {...{ id, model, section }} />}
      <div class="section">
        <header class="section__head">
          <div class="row row--apart">
            <button type="button" class="button button--small" onClick={goHome}>
              <Icon name="home" />
              {say("pause")}
            </button>
            <p class="section__number">{say(isCertain ? "section_of" : "section_of_most", { number, total })}</p>
            <SavedMark saver={saver} />
          </div>
          <progress class="progress" max={total} value={number} aria-hidden="true" />
          <h1 tabIndex={-1} ref={heading}>
            {section.label || model.title}
          </h1>
        </header>
        <SaveNews saver={saver} />
        {standing && <Resumed standing={standing} />}
        {section.fields().some((field) => field.appearance.includes("notice")) && (
          <button type="button" class="button" onClick={() => go(noticeRoute(model.draft().form_id))}>
            <Icon name="info" />
            {say("notice_open")}
          </button>
        )}
        <Hushed.Provider value={leftAt.current === model.revision}>
          <OpenRowProvider value={{ page: section.label, key: openRow, open: setOpenRow }}>
            <Nodes nodes={shown} isTable={isTableOf(section)} />
          </OpenRowProvider>
        </Hushed.Provider>
        <div class="steps">
          <Undo {...{ model, saver, restore }} />
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
          <nav class="steps__ways" aria-label={say("sections")}>
            <button type="button" class="button" onClick={() => goBack(before ?? HOME)}>
              <Icon name={before ? "back" : "home"} />
              {say(before ? "previous" : "leave_interview")}
            </button>
            <StepOn next={next} isHeld={() => !cameFrom(review(id)) && missingIn(section).length > 0}>
              {say(cameFrom(review(id)) ? "back_to_review" : after.screen === "review" ? "to_review" : "next")}
            </StepOn>
          </nav>
        </div>
      </div>
    </div>
  );
}

interface StepProps {
  next: () => void;
  /** Whether one would stay on this screen. */
  isHeld: () => boolean;
  children: ComponentChildren;
}

/** Looks pressed until the next screen is there: drawing that takes longer than a finger waits. */
function StepOn({ next, isHeld, children }: StepProps) {
  const [isPressed, setPressed] = useState(false);
  const press = () => {
    if (isHeld()) return next();
    setPressed(true);
    afterAnswer(() => {
      setPressed(false);
      next();
    });
  };
  return (
    <button type="button" class="button button--primary steps__on" aria-busy={isPressed} onClick={press}>
      {children}
      <Icon name="next" />
    </button>
  );
}

/** How many nodes hold the first questions; a group is as much as stands in it, and waits if long. */
function firstOf({ children }: PageModel): number {
  let questions = 0;
  const tooMuch = children.findIndex((node) => {
    questions += node.kind === "group" ? node.children.length : 1;
    return questions > AT_ONCE;
  });
  return tooMuch < 0 ? children.length : Math.max(1, tooMuch);
}

/** A section begins at its top, also after one that was scrolled to its end. */
function beginAtTop(heading: HTMLElement | null): void {
  scrollTo(0, 0);
  heading?.focus({ preventScroll: true });
}

function missingIn(section: PageModel): FieldModel[] {
  return section.fields().filter((field) => field.violation);
}

function neighbours(id: string, model: InterviewModel, section: PageModel) {
  const at = model.pages.findIndex((page) => page.key === section.key);
  const [previous, following] = [model.pages[at - 1], model.pages[at + 1]];
  return {
    before: previous ? interviewRoute(id, previous.key) : null,
    after: following ? interviewRoute(id, following.key) : review(id),
  };
}

function review(id: string): Route {
  return { screen: "review", id };
}
