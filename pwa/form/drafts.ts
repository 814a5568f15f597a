// An interview to and from what the tablet keeps on disk. Raw answers stay, irrelevant ones too.
import { momentText } from "./expressions/calendar.ts";
import { newRow, type Row, type State } from "./flow.ts";
import type { Answers, Draft, DraftRow, DraftStart, Made } from "./model.ts";
import type { Questionnaire } from "./questionnaire.ts";
import { fillDefaults, keyedRow, settle, storedRows } from "./rows.ts";

/** What a draft holds beside the answers. */
export type Cover = Omit<Draft, "answers" | "confirmed" | "rows" | "next_row">;

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

/** A new interview: prefilled answers, the facts of the start, defaults, a row in every free repeat. */
export function newState(
  questionnaire: Questionnaire,
  cover: Cover,
  prefill: Readonly<Answers>,
  made: Made,
): State {
  const state = emptyState(questionnaire, cover, made);
  fill(state, prefill);
  fillFacts(state, cover);
  for (const repeat of questionnaire.repeats) {
    if (!repeat.count && !state.rows.has(repeat.name)) storedRows(state, repeat).push(keyedRow(state, {}));
  }
  fillDefaults(state, null, state.root);
  for (const repeat of questionnaire.repeats) {
    for (const row of storedRows(state, repeat)) fillDefaults(state, repeat, row);
  }
  settle(state);
  return state;
}

/** A draft of before rows had permanent keys gets them here. */
export function openedState(questionnaire: Questionnaire, draft: Draft, made: Made): State {
  const state = emptyState(questionnaire, draft, made);
  fill(state, draft.answers);
  confirmIn(state.root, draft);
  for (const [name, rows] of Object.entries(draft.rows)) {
    state.rows.set(name, rows.map((row) => confirmIn(keyedRow(state, row.answers, row.key), row)));
  }
  return state;
}

function confirmIn(row: Row, { confirmed = {} }: Pick<DraftRow, "confirmed">): Row {
  for (const [name, confirmation] of Object.entries(confirmed)) row.confirmed.set(name, confirmation);
  return row;
}

function emptyState(questionnaire: Questionnaire, cover: Cover, { draw, newKey }: Made): State {
  return {
    questionnaire,
    root: newRow(""),
    rows: new Map(),
    now: cover.finished_at ?? cover.started_at,
    draw,
    newKey,
    keys: new Set(),
    revision: 0,
  };
}

function fill(state: State, answers: Readonly<Answers>): void {
  for (const [name, answer] of Object.entries(answers)) {
    if (typeof answer === "string") state.root.answers.set(name, answer);
    else state.rows.set(name, answer.map((row) => keyedRow(state, row)));
  }
}

/** Once, when the interview begins; only the end moves: see session.ts. */
function fillFacts(state: State, cover: Cover): void {
  const facts = new Map<string, string>([
    ["start", cover.started_at],
    ["end", cover.started_at],
    ["today", cover.started_at.slice(0, 10)],
    ["deviceid", cover.device_id],
  ]);
  for (const item of state.questionnaire.items) {
    const fact = facts.get(item.node.type ?? "");
    if (fact && !state.root.answers.has(item.name)) state.root.answers.set(item.name, fact);
  }
}

export function draftOf(state: State, cover: Cover): Draft {
  return {
    ...cover,
    ...keptOf(state.root),
    rows: Object.fromEntries(
      [...state.rows].map(([name, rows]) => [name, rows.map((row) => ({ key: row.key, ...keptOf(row) }))]),
    ),
    next_row: 1,
  };
}

function keptOf({ answers, confirmed }: Row): Pick<DraftRow, "answers" | "confirmed"> {
  const kept = { answers: Object.fromEntries(answers) };
  return confirmed.size ? { ...kept, confirmed: Object.fromEntries(confirmed) } : kept;
}
