// An interview to and from the store: the engine's draft inside the store's.
import { unit } from "../../schemas/reference/fieldwork.json";
import type { FormDefinition } from "../form/definition.ts";
import { prepareForm, resumeInterview, startInterview } from "../form/interview.ts";
import type { Answers, Draft as EngineDraft, InterviewModel } from "../form/model.ts";
import type { Paradata, VisitSummary } from "../generated/schemas.ts";
import type { Language } from "../i18n.ts";
import { readForm } from "../store/catalogue.ts";
import { centreTime, isTimeKnown } from "../store/clock.ts";
import { deviceId } from "../store/device.ts";
import { openDraft, saveDraft, type Draft, type DraftSummary } from "../store/records/drafts.ts";
import { newTimedId } from "../store/identifiers.ts";
import type { OpenVault } from "../store/vault/vault.ts";

/** The hidden question that holds the officer's user name. */
const OFFICER = "gorevli_no";
/** The question that holds the name of the unit, in forms about one. */
const UNIT = unit.name;

export interface Progress {
  readonly asked: number;
  readonly answered: number;
}

/** Where the officer stands: the page, and the question answered last. */
export interface Stand {
  readonly page: string | null;
  readonly last: string | null;
}

/** A delivered record that is being corrected: why, and when it had been finished. */
export interface Correction {
  readonly reason: string;
  readonly finishedAt: string;
}

/** What is kept beside the answers. */
export interface Beside {
  readonly correction: Correction | null;
  /** How the interview was held; null where nothing may be noted of it. */
  readonly noted: Paradata | null;
  /**
   * Whether its times are the centre's. One that was begun before anybody knew stays with the tablet's
   * clock to its end, so that its times fit together; the centre puts them right.
   */
  readonly isCentreTime: boolean;
}

/** How an interview was held is noted of every form but an anonymous one. */
export function isAnonymous({ noted }: Beside): boolean {
  return noted === null;
}

interface Content {
  readonly interview: EngineDraft;
  readonly last?: string | null;
  readonly progress: Progress;
  readonly correction?: Correction | null;
  readonly isCentreTime?: boolean;
}

/** Begin an interview and save it at once; gives its id. */
export async function beginInterview(
  vault: OpenVault,
  form: { id: string; version: string },
  { visit, language }: { visit: VisitSummary | null; language: Language },
): Promise<string> {
  const definition = await readForm(vault.store, form.id, form.version);
  const isCentreTime = isTimeKnown();
  const model = startInterview(prepareForm(definition), {
    instanceId: definition.anonymous ? crypto.randomUUID() : newTimedId(),
    visit: visit?.code ?? null,
    prefill: prefillOf(definition, visit, vault.row.username),
    language,
    clock: clockOf(isCentreTime),
    draw: Math.random,
    newKey: newTimedId,
    deviceId: await deviceId(vault.store),
  });
  const noted = definition.anonymous ? null : NOTHING_NOTED;
  await saveDraft(vault, keptDraft(model, AT_BEGINNING, { correction: null, noted, isCentreTime }));
  return model.draft().instance_id;
}

export interface Opened extends Stand, Beside {
  readonly model: InterviewModel;
  readonly savedAt: number;
}

/** Go on with an interview as it was saved. */
export async function reopenInterview(vault: OpenVault, id: string, language: Language): Promise<Opened> {
  const kept = await openDraft(vault, id);
  const { interview, last = null, correction = null, isCentreTime = false } = contentOf(kept);
  const model = await modelOf(vault, interview, { language, correction, isCentreTime });
  const { anonymous = false } = await readForm(vault.store, interview.form_id, interview.form_version);
  const noted = anonymous ? null : { ...NOTHING_NOTED, ...kept.paradata };
  return { model, page: kept.page, last, savedAt: kept.saved_at, correction, noted, isCentreTime };
}

/** An interview as it was at that moment; what is corrected is still judged by its own day. */
export async function modelOf(
  vault: OpenVault,
  draft: EngineDraft,
  { language, correction, isCentreTime }: { language: Language } & Omit<Beside, "noted">,
): Promise<InterviewModel> {
  const definition = await readForm(vault.store, draft.form_id, draft.form_version);
  return resumeInterview(prepareForm(definition), draft, {
    language,
    clock: correction ? () => new Date(correction.finishedAt) : clockOf(isCentreTime),
    draw: Math.random,
    newKey: newTimedId,
    deviceId: await deviceId(vault.store),
  });
}

/** The clock of an interview. */
export function clockOf(isCentreTime: boolean): () => Date {
  return isCentreTime ? centreTime : () => new Date();
}

const AT_BEGINNING: Stand = { page: null, last: null };
const NOTHING_BESIDE: Beside = { correction: null, noted: null, isCentreTime: false };
const NOTHING_NOTED: Paradata = { questions: {}, circumstances: [] };

/** What the store keeps of an interview and of where the officer stands in it. */
export function keptDraft(
  model: InterviewModel,
  { page, last }: Stand = AT_BEGINNING,
  { correction, noted, isCentreTime }: Beside = NOTHING_BESIDE,
): Draft {
  const interview = model.draft();
  const { instance_id, revision, form_id, form_version, visit, started_at, language } = interview;
  const content: Content = { interview, last, progress: model.progress(), correction, isCentreTime };
  return {
    ...{ instance_id, revision, form_id, form_version, visit, started_at, language, page },
    title: [model.title, model.field(UNIT)?.value, placeOf(model)].filter(Boolean).join(" · "),
    answers: { ...content },
    paradata: { ...noted },
    anonymous: noted === null,
  };
}

export function progressOf(kept: DraftSummary): Progress {
  return contentOf(kept).progress;
}

/** The code a respondent gets: the end of the record's id, which is random, in two groups. */
export function interviewCode(instanceId: string): string {
  const end = instanceId.replaceAll("-", "").slice(-8).toUpperCase();
  return `${end.slice(0, 4)}-${end.slice(4)}`;
}

function contentOf(kept: Draft): Content {
  return kept.answers as unknown as Content;
}

/** "Merkez, Iğdır"; "" before a place was chosen. */
function placeOf(model: InterviewModel): string {
  const chosen = ["ilce", "il"].map((name) => {
    const field = model.field(name);
    return field?.options.find((option) => option.name === field.value)?.label ?? "";
  });
  return chosen.filter(Boolean).join(", ");
}

/** What the visit already knows of this form; outside a visit only who asks. */
function prefillOf(definition: FormDefinition, visit: VisitSummary | null, username: string): Answers {
  const asks = definition.body.some((node) => node.name === OFFICER);
  return { ...(asks && { [OFFICER]: username }), ...visit?.prefill?.[definition.id] };
}
