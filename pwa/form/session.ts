// One open interview: its state, its clock, who listens, and what may already be complained about.
import { cleaned, settled, stored } from "./answers.ts";
import type { Cover } from "./drafts.ts";
import { changed, type Row, type State } from "./flow.ts";
import { violations, type Place } from "./views/listing.ts";
import type { Item } from "./questionnaire.ts";
import { settle } from "./rows.ts";

export interface Session {
  readonly state: State;
  readonly now: () => string;
  cover: Cover;
  /** Questions the officer has left; after trying to finish, every question counts as left. */
  readonly left: Map<Row, Set<Item>>;
  insists: boolean;
  /** The question being answered now: nothing is said of a half-typed answer before it is left again. */
  answering: Place | null;
  readonly listeners: Set<() => void>;
}

export function newSession(state: State, cover: Cover, now: () => string): Session {
  return { state, now, cover, left: new Map(), insists: false, answering: null, listeners: new Set() };
}

/** Do something to the answers, then tell everybody. A finished interview does not change. */
export function change(session: Session, mutate: () => void): void {
  if (session.cover.finished_at !== null) return;
  mutate();
  moveClock(session.state, session.now());
  settle(session.state);
  announce(session);
}

/** now() and the recorded end follow the clock until the interview is finished. */
export function moveClock(state: State, now: string): void {
  state.now = now;
  for (const item of state.questionnaire.items) {
    if (item.node.type === "end") state.root.answers.set(item.name, now);
  }
  changed(state);
}

export function announce(session: Session): void {
  for (const listener of [...session.listeners]) listener();
}

export function answer(session: Session, item: Item, row: Row, typed: string): void {
  const value = stored(item, typed);
  if (value === (row.answers.get(item.name) ?? "")) return;
  session.answering = { item, row };
  change(session, () => put(row, item, value));
}

function put(row: Row, item: Item, value: string): void {
  if (value === "") row.answers.delete(item.name);
  else row.answers.set(item.name, value);
}

/** Stand by an answer, or with a blank reason no longer. */
export function confirm(session: Session, item: Item, row: Row, reason: string): void {
  const said = cleaned(reason);
  change(session, () => {
    if (said === "") row.confirmed.delete(item.name);
    else row.confirmed.set(item.name, { answer: row.answers.get(item.name) ?? "", reason: said });
  });
}

/** Leave questions, a whole page of them as one change: everything is computed anew only once. */
export function leave(session: Session, places: readonly Place[]): void {
  const open = places.filter(({ item, row }) => !isLeft(session, item, row) || isUnsettled(item, row));
  if (open.length === 0) return;
  session.answering = null;
  change(session, () => {
    for (const { item, row } of open) {
      const left = session.left.get(row) ?? new Set();
      session.left.set(row, left.add(item));
      put(row, item, settled(item, row.answers.get(item.name) ?? ""));
    }
  });
}

function isUnsettled(item: Item, row: Row): boolean {
  const value = row.answers.get(item.name) ?? "";
  return settled(item, value) !== value;
}

export function isLeft(session: Session, item: Item, row: Row): boolean {
  if (session.answering?.item === item && session.answering.row === row) return false;
  return session.insists || (session.left.get(row)?.has(item) ?? false);
}

export function speak(session: Session, language: string): void {
  session.cover = { ...session.cover, language };
  changed(session.state);
  announce(session);
}

/**
 * Close the interview at this moment if nothing is violated as of this moment, or if the officer says
 * that it was broken off: then it goes as it is, and the server flags what is missing.
 */
export function close(session: Session, isBrokenOff: boolean): boolean {
  if (session.cover.finished_at !== null) return true;
  session.insists = true;
  session.answering = null;
  change(session, () => settleTexts(session.state));
  if (!isBrokenOff && violations(session.state).length > 0) return false;
  session.cover = { ...session.cover, finished_at: session.state.now };
  announce(session);
  return true;
}

/** A draft restored after a crash may hold text whose field was never left. */
function settleTexts(state: State): void {
  for (const row of [state.root, ...[...state.rows.values()].flat()]) {
    for (const [name, value] of row.answers) {
      const item = state.questionnaire.byName.get(name);
      if (item) put(row, item, settled(item, value));
    }
  }
}
