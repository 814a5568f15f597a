// Sentences in the language of the screen, and times told the way people tell them.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { TEXTS } from "./texts.ts";

export type Language = "tr" | "en";
export type TextKey = keyof typeof TEXTS;
export type Values = Readonly<Record<string, string | number>>;
export type Say = (key: TextKey, values?: Values) => string;

export interface Wording {
  readonly language: Language;
  readonly say: Say;
}

export function wordingIn(language: Language): Wording {
  return { language, say: (key, values) => fill(text(key, language), values) };
}

/** The build leaves one language in each file (messages.mjs), where the sources hold both. */
type Texts = Readonly<Record<TextKey, string>>;
const said: { tr: Texts; en?: Texts } = { tr: TEXTS as unknown as Texts };

/** Before its sentences are here a screen speaks Turkish, which every tablet has. */
function text(key: TextKey, language: Language): string {
  return (said[language] ?? said.tr)[key];
}

/** Bring a language that the build put into a file of its own. */
export async function learn(language: Language, source: string): Promise<void> {
  said[language] ??= ((await import(source)) as { TEXTS: Texts }).TEXTS;
}

const Spoken = createContext<Wording>(wordingIn("tr"));
export const WordingProvider = Spoken.Provider;

export function useWording(): Wording {
  return useContext(Spoken);
}

/** "az önce", "2 saat önce", "yesterday". */
export function ageInWords(moment: Date, now: Date, language: Language): string {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const step = STEPS.find(([size]) => Math.abs(seconds) >= size);
  if (!step) return text("just_now", language);
  const [size, unit] = step;
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  return words.format(Math.round(seconds / size), unit);
}

/** Days are told as in Türkiye and on every other screen: the day before the month. */
export const LOCALES: Readonly<Record<Language, string>> = { tr: "tr", en: "en-GB" };

/** "21 Kasım 14:05"; with the year when it is another one. */
export function momentInWords(moment: Date, now: Date, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    day: "numeric",
    month: "long",
    ...(moment.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(moment);
}

/** "30 Kasım 11.07’de", "30 November at 11:07": when something was begun, within a sentence. */
export function atMoment(moment: Date, now: Date, language: Language): string {
  const words = momentInWords(moment, now, language);
  if (language !== "tr") return words;
  const minute = moment.getMinutes();
  return `${words.replace(":", ".")}’${suffixOf(minute || moment.getHours())}`;
}

/** The locative of a number by its last spoken word: yedide, üçte, onda, kırkta. */
function suffixOf(number: number): string {
  const last = number % 10 || number;
  if ([3, 4, 5].includes(last)) return "te";
  if ([0, 6, 9, 10, 30].includes(last)) return "da";
  return last === 40 ? "ta" : "de";
}

/** "25 dakika", "3 saat 10 dakika", "2 gün", "11 yıl": by its two largest parts. */
export function durationInWords(milliseconds: number, language: Language): string {
  let rest = Math.round(milliseconds / 60_000);
  const parts: string[] = [];
  for (const [size, unit] of PARTS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count));
    // After days nobody counts minutes.
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(" ");
}

const PARTS: readonly (readonly [number, string])[] = [
  [525_960, "year"],
  [1_440, "day"],
  [60, "hour"],
  [1, "minute"],
];

/** "Ocak" … "Aralık"; made once for each language, which takes longer than drawing the question. */
export function monthNames(language: Language): readonly string[] {
  return (MONTHS[language] ??= monthsIn(language));
}

const MONTHS: Partial<Record<Language, readonly string[]>> = {};

function monthsIn(language: Language): string[] {
  const month = new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, index) => month.format(Date.UTC(2001, index, 1)));
}

/** "48 KB", "1,4 MB", "10,7 GB". */
export function sizeInWords(bytes: number, language: Language): string {
  if (bytes < 100_000) return `${Math.ceil(bytes / 1000)} KB`;
  const figure = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  if (bytes < 1_000_000_000) return `${figure.format(bytes / 1_000_000)} MB`;
  return `${figure.format(bytes / 1_000_000_000)} GB`;
}

const STEPS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
];

function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
