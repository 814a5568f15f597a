// Times as hour and minute: the browser's own clock speaks the browser's language, not ours.
import { useState } from "preact/hooks";
import { useWording } from "../../i18n.ts";
import { centreTime } from "../../store/clock.ts";
import { DateParts, dateJoined, datePartsOf } from "./date-input.tsx";
import type { ControlProps } from "./control.ts";

interface Clock {
  hour: string;
  minute: string;
}

export function TimeInput({ field, describedBy, labelledBy, isWrong }: ControlProps) {
  const { say } = useWording();
  const [typed, setTyped] = useState(() => clockOf(field.value));
  // What was typed stays on the screen as long as it says the same as the stored answer.
  const clock = clockJoined(typed) === field.value ? typed : clockOf(field.value);
  const change = (changed: Partial<Clock>) => {
    const next = { ...clock, ...changed };
    setTyped(next);
    field.set(clockJoined(next));
  };
  return (
    <div
      class="date clock"
      role="group"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
    >
      <ClockParts clock={clock} change={change} isWrong={isWrong} />
      <button type="button" class="button" onClick={() => change(clockNow(centreTime()))}>
        {say("now")}
      </button>
    </div>
  );
}

export function DateTimeInput({ field, describedBy, labelledBy, isWrong }: ControlProps) {
  const { say } = useWording();
  const [typed, setTyped] = useState(() => momentOf(field.value));
  const moment = momentJoined(typed) === field.value ? typed : momentOf(field.value);
  const change = (changed: Partial<ReturnType<typeof momentOf>>) => {
    const next = { ...moment, ...changed };
    setTyped(next);
    field.set(momentJoined(next));
  };
  const now = () => {
    const date = centreTime();
    change({ ...datePartsOf(isoDay(date)), ...clockNow(date) });
  };
  return (
    <div
      class="date clock"
      role="group"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
    >
      <DateParts parts={moment} change={change} isWrong={isWrong} />
      <ClockParts clock={moment} change={change} isWrong={isWrong} />
      <button type="button" class="button" onClick={now}>
        {say("now")}
      </button>
    </div>
  );
}

interface ClockProps {
  clock: Clock;
  change: (changed: Partial<Clock>) => void;
  isWrong: boolean;
}

function ClockParts({ clock, change, isWrong }: ClockProps) {
  const { say } = useWording();
  return (
    <>
      {(["hour", "minute"] as const).map((part) => (
        <label class="field date__part" key={part}>
          <span class="field__hint">{say(part)}</span>
          <input
            class="input"
            aria-invalid={isWrong}
            inputMode="numeric"
            autocomplete="off"
            value={clock[part]}
            onInput={(event) => change({ [part]: event.currentTarget.value })}
          />
        </label>
      ))}
    </>
  );
}

function clockOf(value: string): Clock {
  const [hour = "", minute = ""] = value.split(":");
  return { hour, minute };
}

/** "" when nothing is filled; otherwise what the parts say, a real time or not. */
function clockJoined({ hour, minute }: Clock): string {
  if (!hour.trim() && !minute.trim()) return "";
  return `${hour.trim().padStart(2, "0")}:${minute.trim() && minute.trim().padStart(2, "0")}`;
}

function clockNow(now: Date): Clock {
  return { hour: two(now.getHours()), minute: two(now.getMinutes()) };
}

function momentOf(value: string) {
  const [day = "", time = ""] = value.split("T");
  return { ...datePartsOf(day), ...clockOf(time.replace(/:00\.000.*$/, "")) };
}

/** With the tablet's own offset at that moment; what is not complete is no moment yet. */
function momentJoined(moment: ReturnType<typeof momentOf>): string {
  const [day, time] = [dateJoined(moment), clockJoined(moment)];
  if (!day && !time) return "";
  const offset = offsetAt(new Date(`${day}T${time}:00`));
  return `${day}T${time}:00.000${offset}`;
}

function offsetAt(moment: Date): string {
  const minutes = -moment.getTimezoneOffset();
  if (Number.isNaN(minutes)) return "";
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function isoDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
