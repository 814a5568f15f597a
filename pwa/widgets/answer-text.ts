// An answer in words: what is read where nothing is to be changed.
import type { FieldModel } from "../form/model.ts";
import { monthNames, type Language, type Say } from "../i18n.ts";

export const FILE_TYPES: ReadonlySet<string> = new Set(["image", "signature", "file"]);

/** "" for a blank answer. */
export function answerText(field: FieldModel, language: Language, say: Say): string {
  const { value, type } = field;
  if (value === "") return "";
  if (FILE_TYPES.has(type)) return say("file_answer");
  if (type === "date") return dayText(value, language);
  if (type === "dateTime") return `${dayText(value.slice(0, 10), language)} ${value.slice(11, 16)}`;
  if (type === "geopoint") return value.split(" ").slice(0, 2).join(", ");
  if (field.options.length > 0) return labelsOf(field);
  if (type === "decimal" || type === "range") return numberText(value, language);
  return value;
}

/** Turkish writes a decimal comma; what is stored has a point. */
export function numberText(value: string, language: Language): string {
  return language === "tr" ? value.replace(".", ",") : value;
}

function labelsOf({ value, options }: FieldModel): string {
  const names = value.split(" ").filter(Boolean);
  return names.map((name) => options.find((option) => option.name === name)?.label ?? name).join(", ");
}

/** "21 Kasım 2026"; what is no date yet stays as it was typed. */
function dayText(value: string, language: Language): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) ?? [];
  const name = monthNames(language)[Number(month) - 1];
  return name ? `${Number(day)} ${name} ${year}` : value.replace(/^-+|-+$/g, "");
}
