// Steps through a form, as the shared vectors and the random differential describe them.
import assert from "node:assert/strict";
import { choicesOf } from "../../../pwa/form/offers.ts";
import type { FormDefinition } from "../../../pwa/form/definition.ts";
import { draftOf, newState, openedState, type Cover } from "../../../pwa/form/drafts.ts";
import { isRelevant, rowsOf } from "../../../pwa/form/flow.ts";
import { interviewOf, prepareForm, type Answers, type FieldModel, type InterviewModel, type Made } from "../../../pwa/form/interview.ts";
import { wordedIn, type Wording } from "../../../pwa/form/views/labels.ts";
import { placeAt, type Place } from "../../../pwa/form/views/listing.ts";
import type { Item, Questionnaire } from "../../../pwa/form/questionnaire.ts";
import { addRow, removeRow } from "../../../pwa/form/rows.ts";
import { change, moveClock, newSession, type Session } from "../../../pwa/form/session.ts";

export type Step =
  | ["set", string, string]
  | ["add", string]
  | ["remove", string, number]
  | ["confirm", string, string]
  | ["language", string]
  | ["clock", string]
  | ["reload"]
  | ["finalise"];

/** How keys of rows begin that a scenario made. */
export const NEW_KEY = "00000000-0000-7000-8000-";

export interface Start {
  now: string;
  language?: string | undefined;
  prefilled?: Answers | undefined;
  /** What random() draws, in this order; one more is a mistake. */
  random?: number[] | undefined;
}

/** An interview with a clock that is set by hand. */
export class Scenario {
  readonly questionnaire: Questionnaire;
  session: Session;
  model: InterviewModel;
  now: string;
  private readonly made: Made;

  constructor(definition: FormDefinition, { now, language = "tr", prefilled = {}, random = [] }: Start) {
    const draws = [...random];
    let rows = 0;
    this.made = {
      draw: () => draws.shift() ?? assert.fail("no random number left"),
      newKey: () => `${NEW_KEY}${String((rows += 1)).padStart(12, "0")}`,
    };
    this.questionnaire = prepareForm(definition);
    this.now = now;
    const cover: Cover = {
      instance_id: "00000000-0000-7000-8000-000000000000",
      revision: 1,
      form_id: definition.id,
      form_version: definition.version,
      visit: null,
      language,
      device_id: "",
      started_at: now,
      finished_at: null,
    };
    const state = newState(this.questionnaire, cover, prefilled, this.made);
    this.session = newSession(state, cover, () => this.now);
    this.model = interviewOf(this.session);
  }

  do([what, ...details]: Step): void {
    const [first, second] = details as [string, string & number];
    if (what === "set") this.answer(first, second);
    else if (what === "confirm") this.field(first).confirm(second);
    else if (what === "add") change(this.session, () => addRow(this.state, this.item(first)));
    else if (what === "remove") this.remove(first, second);
    else if (what === "language") this.model.setLanguage(first);
    else if (what === "clock") this.clock(first);
    else if (what === "reload") this.reload();
    else this.model.finish();
  }

  get state(): Session["state"] {
    return this.session.state;
  }

  item(name: string): Item {
    const item = this.questionnaire.byName.get(name);
    if (!item) throw new Error(`no ${name} in the form`);
    return item;
  }

  /** Groups and repeats stand in the root row, fields in the row their path names. */
  place(path: string): Place | undefined {
    const found = placeAt(this.state, path);
    const counts = !found?.item.repeat || rowsOf(this.state, found.item.repeat).includes(found.row);
    return counts ? found : undefined;
  }

  isRelevant(path: string): boolean {
    const place = this.place(path);
    return place ? isRelevant(this.state, place.item, place.row) : false;
  }

  choices(path: string): string[] {
    const place = this.place(path);
    return place ? choicesOf(this.state, place.item, place.row).map((choice) => choice.name) : [];
  }

  choiceLabels(path: string): string[] {
    return (this.model.field(path)?.options ?? []).map((option) => option.label);
  }

  words(path: string, part: Wording): string {
    const { item, row } = this.place(path) as Place;
    return wordedIn(this.session, item, row, part);
  }

  private answer(path: string, value: string): void {
    const field = this.field(path);
    field.set(value);
    field.leave();
  }

  private field(path: string): FieldModel {
    return this.model.field(path) ?? assert.fail(`no question at ${path}`);
  }

  private remove(name: string, index: number): void {
    const key = rowsOf(this.state, this.item(name))[index]?.key;
    if (key === undefined) throw new Error(`no row ${index} in ${name}`);
    change(this.session, () => removeRow(this.state, this.item(name), key));
  }

  private clock(now: string): void {
    this.now = now;
    if (this.session.cover.finished_at === null) change(this.session, () => moveClock(this.state, now));
  }

  private reload(): void {
    const draft = JSON.parse(JSON.stringify(draftOf(this.state, this.session.cover)));
    const { answers: _answers, confirmed: _confirmed, rows: _rows, next_row: _next, ...cover } = draft;
    const state = openedState(this.questionnaire, draft, this.made);
    moveClock(state, this.session.cover.finished_at ?? this.now);
    this.session = newSession(state, cover, () => this.now);
    this.model = interviewOf(this.session);
  }
}
