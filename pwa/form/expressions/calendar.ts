// Days and moments as text. No Date parsing: engines disagree on 30 February.

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)\.(\d{3})([+-])(0\d|1[0-4]):([0-5]\d)$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const DAY_IN_MS = 86_400_000;

/** Days since 1 January 1970; NaN where the text is not a real day of the years 1 to 9999. */
export function dayNumber(text: string): number {
  const parts = DAY.exec(text);
  if (!parts) return Number.NaN;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // A day that does not exist slips into another month.
  return year > 0 && date.getUTCMonth() === month - 1 ? date.getTime() / DAY_IN_MS : Number.NaN;
}

export function isDay(text: string): boolean {
  return !Number.isNaN(dayNumber(text));
}

export function isTime(text: string): boolean {
  return TIME.test(text);
}

/** Milliseconds since 1970 in UTC; NaN where the text is not a moment with ms and numeric offset. */
export function milliseconds(text: string): number {
  const parts = MOMENT.exec(text);
  if (!parts) return Number.NaN;
  const [hour, minute, second, ms, offsetHour, offsetMinute] = [2, 3, 4, 5, 7, 8].map((at) => Number(parts[at])) as
    [number, number, number, number, number, number];
  const offset = (offsetHour * 60 + offsetMinute) * (parts[6] === "-" ? -1 : 1);
  return dayNumber(parts[1] ?? "") * DAY_IN_MS + ((hour * 60 + minute - offset) * 60 + second) * 1000 + ms;
}

export function isMoment(text: string): boolean {
  return !Number.isNaN(milliseconds(text));
}

/** The beginning of a moment's day, by the device's own calendar. */
export function midnightOf(moment: string): string {
  return `${moment.slice(0, 10)}T00:00:00.000${moment.slice(23)}`;
}

const two = (n: number): string => String(n).padStart(2, "0");

/** A moment in the device's own calendar: `2026-11-21T10:00:00.000+03:00`. */
export function momentText(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
