// A date as day, month and year: the browser's own picker speaks the browser's language, not ours.
import { useState } from "preact/hooks";
import { monthNames, useWording } from "../../i18n.ts";
import { centreTime } from "../../store/clock.ts";
import type { ControlProps } from "./control.ts";

export interface Day {
  day: string;
  month: string;
  year: string;
}

export function DateInput({ field, id, describedBy, labelledBy, isWrong }: ControlProps) {
  const { say } = useWording();
  const [typed, setTyped] = useState<Day>(() => datePartsOf(field.value));
  // What was typed stays on the screen as long as it says the same as the stored answer.
  const parts = dateJoined(typed) === field.value ? typed : datePartsOf(field.value);
  const change = (changed: Partial<Day>) => {
    const next = { ...parts, ...changed };
    setTyped(next);
    field.set(dateJoined(next));
  };
  return (
    <div
      class="date"
      role="group"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
    >
      <DateParts parts={parts} change={change} isWrong={isWrong} />
      <button type="button" class="button" id={`${id}-today`} onClick={() => change(today())}>
        {say("today")}
      </button>
    </div>
  );
}

interface DateProps {
  parts: Day;
  change: (changed: Partial<Day>) => void;
  isWrong: boolean;
}

export function DateParts({ parts, change, isWrong }: DateProps) {
  const { language, say } = useWording();
  const shared = { class: "input", "aria-invalid": isWrong };
  return (
    <>
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
    </>
  );
}

export function datePartsOf(value: string): Day {
  const [year = "", month = "", day = ""] = value.split("-");
  return { day: day.replace(/^0(?=\d)/, ""), month, year };
}

/** "" when nothing is filled; otherwise what the parts say, a real date or not. */
export function dateJoined({ day, month, year }: Day): string {
  if (!day && !month && !year) return "";
  return `${year.trim()}-${month}-${day.trim().padStart(2, "0")}`;
}

function today(): Day {
  const now = centreTime();
  return {
    day: String(now.getDate()),
    month: String(now.getMonth() + 1).padStart(2, "0"),
    year: String(now.getFullYear()),
  };
}
