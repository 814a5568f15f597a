// An interview to and from what the tablet keeps on disk. Raw answers stay, irrelevant ones too.
import { momentText } from "./calendar.ts";
import { newRow, type Row, type State } from "./flow.ts";
import type { Draft, DraftStart } from "./model.ts";
import type { Questionnaire } from "./questionnaire.ts";
import { addRow, fillDefaults, settle } from "./rows.ts";

/** What a draft holds beside the answers. */
export type Cover = Omit<Draft, "answers" | "rows" | "next_row">;

export function newCover(questionnaire: Questionnaire, start: DraftStart): Cover {
  return {
    instance_id: start.instanceId,
    revision: 1,
    form_id: questionnaire.definition.id,
    form_version: questionnaire.definition.version,
    visit: start.visit,
    language: start.language,
    device_id: start.deviceId,
    started_at: momentText(start.clock()),
    finished_at: null,
  };
}

/** A new interview: prefilled answers, defaults, a first row in every free repeat. */
export function newState(questionnaire: Questionnaire, cover: Cover, prefill: Readonly<Record<string, string>>): State {
  const state = stateOf(questionnaire, cover, newRow("", Object.entries(prefill)));
  fillDefaults(state, null, state.root);
  for (const repeat of questionnaire.repeats) if (!repeat.count) addRow(state, repeat);
  settle(state);
  return state;
}

export function openedState(questionnaire: Questionnaire, draft: Draft): State {
  const state = stateOf(questionnaire, draft, newRow("", Object.entries(draft.answers)));
  state.nextRow = draft.next_row;
  for (const [name, rows] of Object.entries(draft.rows)) {
    state.rows.set(name, rows.map((row) => newRow(row.key, Object.entries(row.answers))));
  }
  return state;
}

function stateOf(questionnaire: Questionnaire, cover: Cover, root: Row): State {
  return {
    questionnaire,
    root,
    rows: new Map(),
    startedAt: cover.started_at,
    deviceId: cover.device_id,
    now: cover.finished_at ?? cover.started_at,
    nextRow: 1,
    revision: 0,
  };
}

export function draftOf(state: State, cover: Cover): Draft {
  const kept = (row: Row): Record<string, string> => Object.fromEntries(row.answers);
  return {
    ...cover,
    answers: kept(state.root),
    rows: Object.fromEntries(
      [...state.rows].map(([name, rows]) => [name, rows.map((row) => ({ key: row.key, answers: kept(row) }))]),
    ),
    next_row: state.nextRow,
  };
}
