// For which visit: those of today at once, the others behind a button.
import { useState } from "preact/hooks";
import { LOCALES, useWording, type Language } from "../../i18n.ts";
import { NO_VISIT, today, visitsToShow, type Visit } from "./visits.ts";

interface VisitChoiceProps {
  visits: readonly Visit[];
  chosen: string;
  choose: (code: string) => void;
}

export function VisitChoice({ visits, chosen, choose }: VisitChoiceProps) {
  const { language, say } = useWording();
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? visits : visitsToShow(visits, chosen);
  const hidden = visits.length - shown.length;
  const options = [
    ...shown.map((visit) => [visit.code, titleOf(visit, language), dayOf(visit, language)] as const),
    [NO_VISIT, say("no_visit"), ""] as const,
  ];
  return (
    <fieldset class="stack stack--close">
      <legend class="start__legend">{say("which_visit")}</legend>
      {options.map(([code, label, detail]) => (
        <label class="choice" key={code}>
          <input
            class="choice__input"
            type="radio"
            name="visit"
            checked={code === chosen}
            onChange={() => choose(code)}
          />
          <span class="choice__label">
            {label}
            {detail && <span class="choice__detail">{detail}</span>}
          </span>
        </label>
      ))}
      {hidden > 0 && (
        <button type="button" class="link" onClick={() => setShowsAll(true)}>
          {say("other_visits", { count: hidden })}
        </button>
      )}
    </fieldset>
  );
}

function titleOf({ title }: Visit, language: Language): string {
  return title[language] ?? title["tr"] ?? "";
}

/** "bugün", else "21 Kasım Cumartesi". */
function dayOf(visit: Visit, language: Language): string {
  if (visit.planned_on === today()) {
    return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(0, "day");
  }
  const day = new Intl.DateTimeFormat(LOCALES[language], { day: "numeric", month: "long", weekday: "long" });
  return day.format(new Date(`${visit.planned_on}T12:00:00`));
}
