// Which visits are of today, which one is meant, and what can be begun in it.
import type { FormSummary, VisitSummary } from "../../generated/schemas.ts";
import { centreTime } from "../../store/clock.ts";

export type Visit = VisitSummary;

export const NO_VISIT = "";

/** The day at the centre, as the catalogue writes days. */
export function today(): string {
  return new Intl.DateTimeFormat("sv").format(centreTime());
}

/** Today's visit, else the next one, else the last; none where there are no visits. */
export function likelyVisit(visits: readonly Visit[], day = today()): string {
  const inOrder = [...visits].sort((left, right) => left.planned_on.localeCompare(right.planned_on));
  return (inOrder.find((visit) => visit.planned_on >= day) ?? inOrder.at(-1))?.code ?? NO_VISIT;
}

/** The visits to show at first: those of today, else only the likely one. */
export function visitsToShow(visits: readonly Visit[], chosen: string, day = today()): Visit[] {
  const ofToday = visits.filter((visit) => visit.planned_on === day);
  const likely = likelyVisit(visits, day);
  return visits.filter((visit) =>
    [...ofToday.map(({ code }) => code), ofToday.length ? "" : likely, chosen].includes(visit.code),
  );
}

/** Forms in the order the visit names them; all of them outside a visit, or where it names none. */
export function formsIn(visit: Visit | null, forms: readonly FormSummary[]): FormSummary[] {
  const named = visit?.forms;
  if (!named || named.length === 0) return [...forms];
  return named.flatMap((id) => forms.filter((form) => form.id === id));
}
