// A delivered record, opened again: to read it, and to correct it as its next revision.
import { prepareForm, startInterview } from "../form/interview.ts";
import type { Answers, InterviewModel } from "../form/model.ts";
import type { Interview } from "../generated/schemas.ts";
import type { Language } from "../i18n.ts";
import { readForm } from "../store/catalogue.ts";
import { centreTime } from "../store/clock.ts";
import { deviceId } from "../store/device.ts";
import { newTimedId } from "../store/identifiers.ts";
import { hasDraft, saveDraft } from "../store/records/drafts.ts";
import { envelopeOf, findRecord, type OutboxItem } from "../store/records/outbox.ts";
import { NotFound } from "../store/problems.ts";
import type { OpenVault } from "../store/vault/vault.ts";
import { correctionDays } from "./correction-days.ts";
import { keptDraft, modelOf, type Correction } from "./kept-interview.ts";

const DAY = 24 * 3600 * 1000;
/** Whether a record may be corrected, and if not, why. */
export type Lock = "open" | "under-way" | "waiting" | "office" | "over";

export interface OpenedRecord {
  readonly record: OutboxItem;
  readonly interview: Interview;
  /** Only to be read: what is set here goes nowhere. */
  readonly model: InterviewModel;
  readonly lock: Lock;
  /** Until when it may be corrected; null while it has not arrived. */
  readonly until: Date | null;
}

/** The newest revision of a record on this tablet; null where there is none. */
export async function openRecord(vault: OpenVault, id: string, language: Language): Promise<OpenedRecord | null> {
  const record = await findRecord(vault, id);
  if (!record) return null;
  const envelope = await envelopeOf(vault, record);
  const interview = JSON.parse(envelope.body) as Interview;
  const days = await correctionDays(vault.store);
  const until = record.receipt && new Date(Date.parse(record.receipt.received_at) + days * DAY);
  const isUnderWay = await hasDraft(vault, id);
  return {
    record,
    interview,
    model: await recordedModel(vault, id, interview, language),
    lock: isUnderWay ? "under-way" : lockOf(record, until, centreTime().getTime()),
    until,
  };
}

export function lockOf({ receipt }: Pick<OutboxItem, "receipt">, until: Date | null, now: number): Lock {
  if (!receipt || !until) return "waiting";
  if (receipt.status !== "accepted") return "office";
  return now <= until.getTime() ? "open" : "over";
}

/** Begin the next revision; it lies among the drafts until it is finished like any other. */
export async function beginCorrection(
  vault: OpenVault,
  { record, interview }: OpenedRecord,
  { reason, language }: { reason: string; language: Language },
): Promise<void> {
  const { instance_id, revision } = record;
  const correction: Correction = { reason, finishedAt: interview.finished_at };
  const first = await recordedModel(vault, instance_id, interview, language);
  const draft = { ...first.draft(), revision: revision + 1, started_at: interview.started_at };
  const isCentreTime = interview.clock === "centre";
  const model = await modelOf(vault, draft, { language, correction, isCentreTime });
  const noted = { questions: {}, circumstances: [], ...interview.paradata };
  await saveDraft(vault, keptDraft(model, undefined, { correction, noted, isCentreTime }));
}

/** The interview as it was sent, judged by the day on which it was finished. */
async function recordedModel(
  vault: OpenVault,
  instanceId: string,
  interview: Interview,
  language: Language,
): Promise<InterviewModel> {
  const definition = await readForm(vault.store, interview.form_id, interview.form_version);
  const model = startInterview(prepareForm(definition), {
    instanceId,
    visit: interview.visit ?? null,
    prefill: interview.answers as Answers,
    language,
    clock: () => new Date(interview.finished_at),
    draw: () => {
      throw new NotFound("a draw: what was drawn lies in the answers");
    },
    newKey: newTimedId,
    deviceId: await deviceId(vault.store),
  });
  for (const [path, reason] of Object.entries(interview.confirmations ?? {})) {
    model.field(path)?.confirm(reason);
  }
  return model;
}
