// Made by `izdes assets types` from the pydantic models in schemas/. Do not edit.

export interface Models {
  AnonymousBatch: AnonymousBatch;
  AnonymousInterview: AnonymousInterview;
  AttachmentReference: AttachmentReference;
  BatchResult: BatchResult;
  Catalogue: Catalogue;
  Choice: Choice;
  ChoiceColumns: ChoiceColumns;
  Circumstance: Circumstance;
  DashboardState: DashboardState;
  Envelope: Envelope;
  Expression: Expression;
  Figure: Figure;
  FormDefinition: FormDefinition;
  FormSummary: FormSummary;
  Interview: Interview;
  Node: Node;
  Notice: Notice;
  Notices: Notices;
  Officer: Officer;
  PackedForm: PackedForm;
  Paradata: Paradata;
  Point: Point;
  ProblemDetails: ProblemDetails;
  Receipt: Receipt;
  ReceiptKey: ReceiptKey;
  SubmissionBatch: SubmissionBatch;
  SubmissionResult: SubmissionResult;
  VisitSummary: VisitSummary;
}
/**
 * What ``POST /api/v1/anonymous-records`` takes: records, and no word of tablet or time.
 */
export interface AnonymousBatch {
  /**
   * @minItems 1
   * @maxItems 200
   */
  submissions: Envelope[];
}
/**
 * One revision of one record, exactly as the tablet keeps it.
 */
export interface Envelope {
  instance_id: string;
  revision: number;
  form_id: string;
  form_version: string;
  encoding?: "plain" | "sealed";
  digest: string;
  body: string;
  attachments?: AttachmentReference[];
}
/**
 * A photo or document that belongs to a record and is uploaded on its own.
 */
export interface AttachmentReference {
  name: string;
  digest: string;
  size: number;
  media_type: string;
}
/**
 * What is sent, and read, of an interview of an anonymous form; anything else is not looked at.
 *
 * ``round`` is that of the visit it was held in; no visit, day, language or version of the app.
 */
export interface AnonymousInterview {
  form_id: string;
  form_version: string;
  round?: string;
  answers: {
    [k: string]: unknown;
  };
  confirmations?: {
    [k: string]: string;
  };
}
/**
 * What ``POST /api/v1/submissions`` answers: one result per envelope, in the order sent.
 */
export interface BatchResult {
  server_time: string;
  results: SubmissionResult[];
}
/**
 * One record's fate.
 *
 * ``damaged``: what arrived is not what the digest says; nothing was stored, there is no receipt,
 * and the tablet sends it again. ``problem`` is a code: why a record is damaged or quarantined.
 */
export interface SubmissionResult {
  instance_id: string | null;
  status: "accepted" | "duplicate" | "conflict" | "quarantined" | "damaged";
  receipt: Receipt | null;
  problem?: string | null;
}
/**
 * The server's signed word that it holds these bytes; only this lets a tablet forget them.
 *
 * A repeat gets the receipt of the first time again, byte for byte, so ``status`` says how the
 * record was stored then; only ``missing_attachments`` tells how things stand now.
 * ``sequence`` counts what was accepted or kept as a conflict; what is quarantined is counted
 * apart. Both are of one ``epoch``, the database's life that gave the number; it is blank on
 * receipts from before epochs were counted. The receipt of an anonymous record has the sequence 0,
 * no epoch and the time ``TIMELESS``: it is the same whenever it is given. ``signature`` is ECDSA
 * P-256 over :func:`receipt_text`, as 64 raw bytes (r‖s) in base64url.
 */
export interface Receipt {
  instance_id: string;
  revision: number;
  digest: string;
  status: "accepted" | "conflict" | "quarantined";
  sequence: number;
  epoch?: string;
  received_at: string;
  missing_attachments?: string[];
  key_id: string;
  signature: string;
}
/**
 * What ``GET /api/v1/catalogue`` answers: everything a tablet keeps for working offline.
 *
 * Forms and keys are public; ``officer`` and ``visits`` come only with a session. For
 * ``correction_days`` after its receipt a delivered record can be corrected.
 */
export interface Catalogue {
  server_time: string;
  forms: FormSummary[];
  receipt_key: ReceiptKey;
  correction_days?: number;
  officer?: Officer | null;
  visits?: VisitSummary[];
}
/**
 * A published form version as the catalogue lists it.
 */
export interface FormSummary {
  id: string;
  version: string;
  title: {
    [k: string]: string;
  };
  digest: string;
  url: string;
}
/**
 * The public half of the key that signs receipts: SPKI, base64url.
 */
export interface ReceiptKey {
  key_id: string;
  public_key: string;
}
/**
 * Who is signed in.
 */
export interface Officer {
  username: string;
  full_name: string;
  role: string;
  language: string;
}
/**
 * A visit the signed-in officer may work in.
 *
 * ``forms`` are the ids of what can be begun in it; ``prefill`` has the answers each of them
 * begins with there, so that nobody copies a code or an earlier topic by hand.
 */
export interface VisitSummary {
  code: string;
  round: string;
  title: {
    [k: string]: string;
  };
  province: string;
  district: string | null;
  team: string;
  planned_on: string;
  target: number;
  forms?: string[];
  prefill?: {
    [k: string]: {
      [k: string]:
        | string
        | {
            [k: string]: string;
          }[];
    };
  };
}
/**
 * One answer of a choice list; ``columns`` are what a ``choice_filter`` may ask for.
 */
export interface Choice {
  name: string;
  label: {
    [k: string]: string;
  };
  columns?: {
    [k: string]: string;
  };
}
/**
 * A choice list by columns, each one text or an array; "" is "this choice has none".
 *
 * A text is cut at every ``|``; one without any (never the labels) into pieces of equal length. A
 * language left out has the words of the first.
 */
export interface ChoiceColumns {
  name: string | string[];
  label: {
    [k: string]: string | string[];
  };
  columns: {
    [k: string]: string | string[];
  };
}
/**
 * From so many seconds after the start on: the language, and whether there was no network.
 */
export interface Circumstance {
  at: number;
  language: string;
  offline: boolean;
}
/**
 * One view at one moment; everything in it comes from the same state of the data.
 *
 * ``view`` are the parameters of the address that show this view: what the figures hold for,
 * whatever was chosen meanwhile. ``parts`` are pieces of the page by the name in their
 * ``data-part``, rendered by the templates that drew the page first, so that nothing is worded
 * twice.
 */
export interface DashboardState {
  through_sequence: number;
  view: {
    [k: string]: string;
  };
  map: Figure;
  ranking: Figure;
  parts: {
    [k: string]: string;
  };
}
/**
 * A Plotly figure without colours: ``meta.role`` of a trace says how the page paints it.
 */
export interface Figure {
  data: {
    [k: string]: unknown;
  }[];
  layout: {
    [k: string]: unknown;
  };
}
/**
 * An expression parsed, so that no evaluator needs a parser.
 *
 * ``source`` is what its author wrote; a published form leaves it out. Trees are arrays:
 * ``["lit", v]``, ``["ref", name]``, ``["col", name]``, ``["self"]``, ``["position"]``,
 * ``["neg", e]``, ``["call", f, [args]]``, ``["bin", op, left, right]``.
 */
export interface Expression {
  source?: string;
  tree: unknown[];
}
/**
 * A published form version. It never changes after publication.
 *
 * ``anonymous``: nothing may tell who was asked; a record of it names no visit and no time of day,
 * and is released only in groups that are large enough (ADR 0013).
 */
export interface FormDefinition {
  id: string;
  version: string;
  title: {
    [k: string]: string;
  };
  anonymous?: boolean;
  languages: string[];
  lists: {
    [k: string]: Choice[];
  };
  body: Node[];
}
/**
 * A question, a group of questions, or a repeated group.
 */
export interface Node {
  name: string;
  kind?: "field" | "group" | "repeat";
  type?:
    | (
        | "text"
        | "integer"
        | "decimal"
        | "date"
        | "time"
        | "dateTime"
        | "select_one"
        | "select_multiple"
        | "rank"
        | "range"
        | "note"
        | "calculate"
        | "hidden"
        | "geopoint"
        | "image"
        | "signature"
        | "file"
        | "barcode"
        | "start"
        | "end"
        | "today"
        | "deviceid"
      )
    | null;
  value_type?:
    ("text" | "number" | "date" | "dateTime" | "time" | "choice" | "choices" | "file") | null;
  label?: {
    [k: string]: string;
  };
  hint?: {
    [k: string]: string;
  };
  relevant?: Expression | null;
  required?: Expression | boolean;
  constraint?: Expression | null;
  constraint_message?: {
    [k: string]: string;
  };
  soft_constraint?: Expression | null;
  soft_constraint_message?: {
    [k: string]: string;
  };
  calculate?: Expression | null;
  choice_filter?: Expression | null;
  repeat_count?: Expression | null;
  default?: string | null;
  default_expression?: Expression | null;
  read_only?: boolean;
  list?: string | null;
  appearance?: string[];
  parameters?: {
    [k: string]: string;
  };
  service?: string | null;
  dimension?: string | null;
  scale?: string | null;
  core?: boolean | null;
  pii?: string | null;
  children?: Node[];
}
/**
 * The finished interview. ``answers`` are strings, repeats are arrays of such objects.
 *
 * ``finished_at`` is the recorded ``end``: the server judges ``now()`` and ``today()`` by it,
 * never by its own clock. Both times carry milliseconds and the tablet's numeric offset.
 * ``confirmations`` are the officer's reasons, by path, for answers a soft constraint doubts.
 * ``edit_reason`` says why a revision after the first was made. ``clock`` is the one that told the
 * times: the centre's, as far as the tablet knew it, or the tablet's own.
 */
export interface Interview {
  form_id: string;
  form_version: string;
  visit?: string | null;
  language: string;
  started_at: string;
  finished_at: string;
  app_version?: string;
  answers: {
    [k: string]: unknown;
  };
  confirmations?: {
    [k: string]: string;
  };
  edit_reason?: string;
  paradata?: {
    [k: string]: unknown;
  };
  clock?: "tablet" | "centre";
}
/**
 * The notice that belongs to a form; with a ``version`` of its own where it changed alone.
 */
export interface Notice {
  title: {
    [k: string]: string;
  };
  points: Point[];
  version?: string;
}
/**
 * One paragraph.
 */
export interface Point {
  heading: {
    [k: string]: string;
  };
  text: {
    [k: string]: string;
  };
}
/**
 * ``schemas/reference/notice.json``: the notices by form id.
 *
 * Forms record ``version`` with the answer that the notice was read; another wording needs another
 * version here and in the forms.
 */
export interface Notices {
  version: string;
  draft: {
    [k: string]: string;
  };
  notices: {
    [k: string]: Notice;
  };
}
/**
 * A published form version on the wire; ``body`` holds nodes whose expressions are trees.
 */
export interface PackedForm {
  format: 2;
  id: string;
  version: string;
  title: {
    [k: string]: string;
  };
  anonymous?: boolean;
  languages: string[];
  lists: {
    [k: string]: ChoiceColumns;
  };
  body: {
    [k: string]: unknown;
  }[];
}
/**
 * What the tablet notes while an interview is held. Paths are those of the answers.
 */
export interface Paradata {
  questions: {
    /**
     * @minItems 5
     * @maxItems 5
     */
    [k: string]: number[];
  };
  circumstances: Circumstance[];
}
/**
 * A problem on the wire, after RFC 9457; ``code`` is stable, ``title`` is for people.
 */
export interface ProblemDetails {
  code: string;
  status: number;
  title: string;
}
/**
 * What ``POST /api/v1/submissions`` takes.
 *
 * Only a tablet that says it reads ``receipt_format`` 2 gets receipts with an epoch: an app from
 * before would not find the signature valid.
 */
export interface SubmissionBatch {
  receipt_format?: number;
  device_id: string;
  sent_at: string;
  /**
   * @minItems 1
   * @maxItems 200
   */
  submissions: Envelope[];
}
