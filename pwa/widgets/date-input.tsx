// A date as day, month and year: the browser's own picker speaks the browser's language, not ours.
import { useState } from "preact/hooks";
import { monthNames, useWording } from "../i18n.ts";
import { leftBehind } from "./choice-cards.tsx";
import type { ControlProps } from "./question.tsx";

interface Parts {
  day: string;
  month: string;
  year: string;
}

export function DateInput({ field, id, describedBy, labelledBy }: ControlProps) {
  const { language, say } = useWording();
  const [typed, setTyped] = useState<Parts>(() => partsOf(field.value));
  // What was typed stays on the screen as long as it says the same as the stored answer.
  const parts = joined(typed) === field.value ? typed : partsOf(field.value);
  const change = (changed: Partial<Parts>) => {
    const next = { ...parts, ...changed };
    setTyped(next);
    field.set(joined(next));
  };
  const shared = { class: "input", disabled: field.readOnly, "aria-invalid": !!field.complaint };
  return (
    <div
      class="date"
      role="group"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onFocusOut={(event) => leftBehind(event) && field.leave()}
    >
      <label class="field date__part">
        <span class="field__hint">{say("day")}</span>
        <input
          {...shared}
          inputMode="numeric"
          autocomplete="off"
          value={parts.day}
          onInput={(event) => change({ day: event.currentTarget.value })}
        />
      </label>
      <label class="field date__part date__part--month">
        <span class="field__hint">{say("month")}</span>
        <select
          {...shared}
          value={parts.month}
          onChange={(event) => change({ month: event.currentTarget.value })}
        >
          <option value="" />
          {monthNames(language).map((name, index) => (
            <option value={String(index + 1).padStart(2, "0")} key={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field date__part date__part--year">
        <span class="field__hint">{say("year")}</span>
        <input
          {...shared}
          inputMode="numeric"
          autocomplete="off"
          value={parts.year}
          onInput={(event) => change({ year: event.currentTarget.value })}
        />
      </label>
      <button
        type="button"
        class="button"
        id={`${id}-today`}
        disabled={field.readOnly}
        onClick={() => change(today())}
      >
        {say("today")}
      </button>
    </div>
  );
}

function partsOf(value: string): Parts {
  const [year = "", month = "", day = ""] = value.split("-");
  return { day: day.replace(/^0(?=\d)/, ""), month, year };
}

/** "" when nothing is filled; otherwise what the parts say, a real date or not. */
function joined({ day, month, year }: Parts): string {
  if (!day && !month && !year) return "";
  return `${year.trim()}-${month}-${day.trim().padStart(2, "0")}`;
}

function today(): Parts {
  const now = new Date();
  return {
    day: String(now.getDate()),
    month: String(now.getMonth() + 1).padStart(2, "0"),
    year: String(now.getFullYear()),
  };
}
