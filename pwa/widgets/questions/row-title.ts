// A row of a repeat in a line: what it is called and what else tells it apart, from its own answers.
import rowNames from "../../../schemas/reference/row_names.json";
import type { FieldModel, NodeModel, RowModel } from "../../form/model.ts";
import type { Language, Wording } from "../../i18n.ts";
import { answerText, FILE_TYPES } from "../answer-text.ts";

/** As many further answers as stand in a line or two. */
const TOLD = 4;

export interface RowTitle {
  /** A short text somebody wrote, else the first that is no bare figure; "" before there is any. */
  readonly title: string;
  /** "Norm kadro: 12 · Mevcut kadro: 10": a figure says nothing without its question. */
  readonly note: string;
}

/** What one row is called, of the repeats we ship: others are called by the whole of them. */
const KINDS: Readonly<Record<string, Readonly<Record<Language, string>>>> = rowNames;

/** "Sorun", "issue"; null where nobody has given the rows of that repeat a name. */
export function rowKind(repeat: string, language: Language): string | null {
  return KINDS[repeat]?.[language] ?? null;
}

/** "Sorun 2", and no word that is also said of the whole record. */
export function rowName({ repeat, index }: RowModel, { language, say }: Wording): string {
  const [number, kind] = [index + 1, rowKind(repeat, language)];
  if (!kind) return say("row", { number });
  return `${kind.slice(0, 1).toLocaleUpperCase(language)}${kind.slice(1)} ${number}`;
}

export function rowTitle(row: RowModel, { language, say }: Wording): RowTitle {
  const answered = questionsIn(row.children).filter(isShort);
  const named = answered.find(({ type }) => type === "text") ?? answered.find(({ type }) => !FIGURES.has(type));
  const words = (field: FieldModel) => answerText(field, language, say);
  const note = answered
    .filter((field) => field !== named && (field.required || field.value !== "0"))
    .slice(0, TOLD)
    .map((field) => (field.options.length > 0 ? words(field) : `${field.label}: ${words(field)}`));
  return { title: named ? words(named) : "", note: note.join(" · ") };
}

/** The questions that stand in nodes, those of groups included. */
export function questionsIn(nodes: readonly NodeModel[]): FieldModel[] {
  return nodes.flatMap((node) => {
    if (node.kind === "field") return node.type === "note" ? [] : [node];
    return node.kind === "group" ? questionsIn(node.children) : [];
  });
}

const FIGURES: ReadonlySet<string> = new Set(["integer", "decimal", "range"]);

function isShort({ value, type, appearance }: FieldModel): boolean {
  return value !== "" && !appearance.includes("multiline") && !FILE_TYPES.has(type) && type !== "geopoint";
}
