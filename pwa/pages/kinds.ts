// What a form is filled in for: its last screens speak of a visit or of minutes, not of an interview.
import kinds from "../../schemas/reference/form_kinds.json";
import type { Say } from "../i18n.ts";

export type Kind = "interview" | "visit" | "staff" | "revisit" | "minutes" | "record";

/** "record" of a form that the office made: nothing is said that may not be so. */
export function kindOf(formId: string): Kind {
  return (kinds as Record<string, Kind>)[formId] ?? "record";
}

/** "Birim ziyareti", "Unit visit": what was done. */
export function kindName(kind: Kind, say: Say): string {
  return say(`kind_${kind}`);
}

/** "Birim ziyaretini", "the unit visit": what one begins and finishes. */
export function kindObject(kind: Kind, say: Say): string {
  return say(`object_${kind}`);
}
