// What the screens see of an interview. Every object here is live and keeps its identity: hold it,
// read it again after `subscribe` has called. Nothing in this folder knows the DOM.
import type { QuestionType } from "./definition.ts";
import type { Confirmation } from "./flow.ts";

/** A choice on offer; its label in the active language. */
export interface Option {
  readonly name: string;
  readonly label: string;
  /** What a choice_filter may ask for, such as the province of a district. */
  readonly columns: Readonly<Record<string, string>>;
}

export type ViolationCode = "required" | "type" | "option" | "constraint" | "soft";

export interface Violation {
  /** `field` or `repeat[i].field`, i from 0. */
  readonly path: string;
  readonly code: ViolationCode;
  /** The author's words for a broken constraint, hard or soft, in the active language; else "". */
  readonly message: string;
}

export interface FieldModel {
  readonly kind: "field";
  /** Permanent and unique in the interview, unlike `path`: what lists on a screen are keyed by. */
  readonly key: string;
  readonly path: string;
  readonly name: string;
  readonly type: QuestionType;
  readonly label: string;
  readonly hint: string;
  readonly appearance: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly relevant: boolean;
  readonly required: boolean;
  readonly readOnly: boolean;
  /** "" when blank or irrelevant; several choices are joined by one space, in list order. */
  readonly value: string;
  /** The choices offered now; the array keeps its identity while nothing changed. */
  readonly options: readonly Option[];
  readonly violation: Violation | null;
  /** The violation once it is polite to show it: after leaving the field or trying to finish. */
  readonly complaint: Violation | null;
  /** The officer's reason for an answer that a soft constraint doubts now; "" when there is none. */
  readonly confirmation: string;
  /** Store what was typed or tapped. Takes a decimal comma; select_multiple is put in list order. */
  set(value: string): void;
  /** Tell that the field was left: text is trimmed and normalised, complaints may show. */
  leave(): void;
  /** Answer a violation `soft`: stand by this answer, for a reason. A blank reason takes it back. */
  confirm(reason: string): void;
}

export interface GroupModel {
  readonly kind: "group";
  readonly key: string;
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly appearance: readonly string[];
  /** What is to be shown now: relevant questions and notes, groups with something to show. */
  readonly children: readonly NodeModel[];
}

export interface RowModel {
  readonly key: string;
  /** The name of the repeat it is of. */
  readonly repeat: string;
  readonly index: number;
  readonly children: readonly NodeModel[];
  /** Take the row out; gives the way to put it back where it was. */
  remove(): () => void;
  /** Tell that the row was left: `leave` of each of its questions, as one change. */
  leave(): void;
}

export interface RepeatModel {
  readonly kind: "repeat";
  readonly key: string;
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly appearance: readonly string[];
  /** False when another answer decides how many rows there are. */
  readonly free: boolean;
  readonly rows: readonly RowModel[];
  add(): void;
}

export type NodeModel = FieldModel | GroupModel | RepeatModel;

/** One screen: a relevant top-level group, or top-level questions that stand together. */
export interface PageModel {
  readonly key: string;
  readonly label: string;
  readonly appearance: readonly string[];
  readonly children: readonly NodeModel[];
  /** Whether the officer has come to it, or to one behind it, since the interview was opened. */
  readonly isReached: boolean;
  /** Questions shown on this page, at any depth, in document order. */
  fields(): readonly FieldModel[];
  /** Tell that the page was left: `leave` of each of its questions, as one change. */
  leave(): void;
}

/** How far a page is among those that apply or still may; see outlook.ts. */
export interface Outlook {
  readonly number: number;
  readonly total: number;
  /** Whether no other page can come any more, unless an earlier answer is changed. */
  readonly isCertain: boolean;
}

export interface DraftRow {
  /** Permanent: see row-keys.ts. In drafts of before there were such keys `row1`, `row2`, …. */
  readonly key: string;
  readonly answers: Readonly<Record<string, string>>;
  /** What soft constraints doubted and was confirmed. Absent in drafts of before there were any. */
  readonly confirmed?: Readonly<Record<string, Confirmation>>;
}

/** An interview as the tablet keeps it: plain JSON, raw answers, irrelevant ones included. */
export interface Draft {
  readonly instance_id: string;
  /** Of the record, as sent to the server: 1 for a new interview. */
  readonly revision: number;
  readonly form_id: string;
  readonly form_version: string;
  readonly visit: string | null;
  readonly language: string;
  readonly device_id: string;
  readonly started_at: string;
  /** When it was finished; null while it is open. */
  readonly finished_at: string | null;
  readonly answers: Readonly<Record<string, string>>;
  readonly confirmed?: Readonly<Record<string, Confirmation>>;
  readonly rows: Readonly<Record<string, readonly DraftRow[]>>;
  /** For an app of before rows had permanent keys, should it open this draft: it numbers new rows from here. */
  readonly next_row: number;
}

export type Answers = Record<string, string | Record<string, string>[]>;

/** The finished interview, shaped as schemas/protocol/submissions.py wants it. */
export interface FinishedInterview {
  form_id: string;
  form_version: string;
  visit: string | null;
  language: string;
  started_at: string;
  finished_at: string;
  app_version: string;
  answers: Answers;
  /** Reasons by path, for what soft constraints doubt in these answers. */
  confirmations: Record<string, string>;
  /** Why a delivered record was corrected; "" for a first revision. */
  edit_reason: string;
  paradata: Record<string, unknown>;
  /** Only where the times are the centre's: whoever reads a tablet's times puts them right. */
  clock?: "centre";
}

export interface FinishDetails {
  /** Whether `clock` told the centre's time. */
  readonly isCentreTime?: boolean;
  readonly appVersion?: string;
  readonly editReason?: string;
  readonly paradata?: Record<string, unknown>;
  /** The respondent went away: what was answered is sent as it is. */
  readonly isBrokenOff?: boolean;
}

export type Finish =
  | { readonly done: true; readonly interview: FinishedInterview }
  | { readonly done: false; readonly violations: readonly Violation[] };

export interface InterviewModel {
  readonly title: string;
  readonly languages: readonly string[];
  readonly language: string;
  setLanguage(language: string): void;
  /** Grows with every change; says nothing but "look again". */
  readonly revision: number;
  readonly pages: readonly PageModel[];
  /** Tell that the officer stands at a page now; gives how far that is. */
  standAt(page: PageModel): Outlook;
  field(path: string): FieldModel | undefined;
  /** All violations, in document order, shown or not. */
  violations(): readonly Violation[];
  /** How many questions stand on the pages now and how many of them have an answer. */
  progress(): { readonly asked: number; readonly answered: number };
  /** The answers as they are sent, without the keys of rows. */
  output(): Answers;
  draft(): Draft;
  /**
   * Finish if nothing is violated or the interview was broken off; otherwise show every complaint and
   * change nothing else.
   */
  finish(details?: FinishDetails): Finish;
  /** Call back after every change; gives the way to stop. */
  subscribe(listener: () => void): () => void;
}

/** What an interview does not work out by itself. */
export interface Made {
  /** Where random() comes from: a number from 0 to below 1. */
  readonly draw: () => number;
  /** Where the keys of new rows come from: UUIDs, none of them twice. */
  readonly newKey: () => string;
}

export interface InterviewOptions extends Made {
  readonly language: string;
  readonly clock: () => Date;
  readonly deviceId: string;
}

/** What a new interview begins with. `prefill` fills hidden and read-only fields, and rows, of a visit. */
export interface DraftStart extends InterviewOptions {
  readonly instanceId: string;
  readonly visit: string | null;
  readonly prefill?: Readonly<Answers>;
}

