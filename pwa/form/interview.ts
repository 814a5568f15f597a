// The door of the form engine: begin an interview or take one up again, and look at it.
import { midnightOf, momentText } from "./expressions/calendar.ts";
import { draftOf, newCover, newState, openedState } from "./drafts.ts";
import { said } from "./views/field-view.ts";
import { confirmationsIn, outputOf, placeAt, sentAnswers, violations } from "./views/listing.ts";
import type { Draft, DraftStart, Finish, FinishDetails, FinishedInterview, InterviewModel, InterviewOptions } from "./model.ts";
import type { Questionnaire } from "./questionnaire.ts";
import { close, moveClock, newSession, speak, type Session } from "./session.ts";
import { viewsOf, type Views } from "./views/views.ts";

export * from "./model.ts";
export { prepareForm, type Questionnaire } from "./questionnaire.ts";

export function startInterview(questionnaire: Questionnaire, start: DraftStart): InterviewModel {
  const cover = newCover(questionnaire, start);
  const state = newState(questionnaire, cover, start.prefill ?? {}, start);
  return interviewOf(newSession(state, cover, () => momentText(start.clock())));
}

export function resumeInterview(questionnaire: Questionnaire, draft: Draft, options: InterviewOptions): InterviewModel {
  const { answers: _answers, confirmed: _confirmed, rows: _rows, next_row: _next, ...kept } = draft;
  const now = (): string => momentText(options.clock());
  const state = openedState(questionnaire, draft, options);
  moveClock(state, draft.finished_at ?? now());
  return interviewOf(newSession(state, { ...kept, language: options.language }, now));
}

export function interviewOf(session: Session): InterviewModel {
  const { state } = session;
  const { definition } = state.questionnaire;
  const views = viewsOf(session);
  return {
    languages: definition.languages,
    get title() {
      return definition.title[session.cover.language] ?? "";
    },
    get language() {
      return session.cover.language;
    },
    setLanguage: (language) => speak(session, language),
    get revision() {
      return state.revision;
    },
    get pages() {
      return views.pages();
    },
    standAt: (page) => views.standAt(page),
    field(path) {
      const place = placeAt(state, path);
      return place?.item.kind === "field" ? views.field(place.item, place.row) : undefined;
    },
    violations: () => violations(state).map((violated) => said(session, violated)),
    progress: () => progressOf(views),
    output: () => outputOf(state),
    draft: () => draftOf(state, session.cover),
    finish: (details = {}) => finished(session, details),
    subscribe(listener) {
      session.listeners.add(listener);
      return () => session.listeners.delete(listener);
    },
  };
}

function progressOf(views: Views): { asked: number; answered: number } {
  const questions = views
    .pages()
    .flatMap((page) => page.fields())
    .filter((field) => field.type !== "note" && !field.readOnly);
  return { asked: questions.length, answered: questions.filter((field) => field.value !== "").length };
}

function finished(session: Session, details: FinishDetails): Finish {
  if (!close(session, details.isBrokenOff ?? false)) {
    return { done: false, violations: violations(session.state).map((violated) => said(session, violated)) };
  }
  return { done: true, interview: finishedInterview(session, details) };
}

function finishedInterview(
  { state, cover }: Session,
  { appVersion = "", editReason = "", paradata = {}, isCentreTime = false }: FinishDetails,
): FinishedInterview {
  const finished_at = cover.finished_at ?? state.now;
  const interview = {
    form_id: cover.form_id,
    form_version: cover.form_version,
    visit: cover.visit,
    language: cover.language,
    started_at: cover.started_at,
    finished_at,
    app_version: appVersion,
    answers: sentAnswers(state),
    confirmations: confirmationsIn(state),
    edit_reason: editReason,
    paradata,
    ...(isCentreTime && { clock: "centre" as const }),
  };
  if (!state.questionnaire.definition.anonymous) return interview;
  // Who was seen at what time with the officer must not be found again (ADR 0013).
  const days = { started_at: midnightOf(cover.started_at), finished_at: midnightOf(finished_at) };
  return { ...interview, ...days, visit: null, paradata: {} };
}
