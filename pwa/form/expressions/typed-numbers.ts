// What a person meant who typed a number: 1500, 1.500, 1 500, 1,5. Read by the language of the screen, and
// said back wherever the reading differs from what was typed.

export type Reading =
  /** `other` is what the same figures could have meant, "" where nothing else. */
  | { readonly number: string; readonly other: string }
  /** No number: what was typed stands and is complained about. */
  | null;

interface How {
  readonly whole: boolean;
  readonly language: string;
}

const SPACES = /[\s\u00a0\u2009\u202f'’]/g;
const GROUPED = /^\d{1,3}(?:[.,]\d{3})+$/;

/** The number as it is stored: digits, at most one point. */
export function readNumber(typed: string, { whole, language }: How): Reading {
  const bare = typed.trim().replace(/^[−–]/, "-");
  const sign = bare.startsWith("-") ? "-" : "";
  const figures = bare.slice(sign.length).replace(isSpaced(bare) ? SPACES : /$^/, "");
  const [group, point] = language === "tr" ? [".", ","] : [",", "."];
  const read = (text: string) => sign + plain(text);
  if (/^\d+$/.test(figures)) return { number: read(figures), other: "" };
  if (!/^\d[\d.,]*$/.test(figures) && !/^[.,]\d+$/.test(figures)) return null;
  const marks = [...figures.replace(/\d/g, "")];
  const isMixed = new Set(marks).size > 1;
  if (isMixed) return whole ? null : mixed(figures, read);
  const [mark = ""] = marks;
  const isGrouped = GROUPED.test(figures) && !figures.startsWith("0");
  const asThousands = isGrouped ? read(figures.replaceAll(mark, "")) : "";
  const asFraction = marks.length === 1 && /\d$/.test(figures) ? read(figures.replace(mark, ".")) : "";
  if (whole) return mark === group && asThousands ? { number: asThousands, other: "" } : null;
  if (marks.length > 1) return asThousands ? { number: asThousands, other: "" } : null;
  if (!asFraction) return null;
  if (!asThousands) return { number: asFraction, other: "" };
  return mark === point ? { number: asFraction, other: asThousands } : { number: asThousands, other: asFraction };
}

/** 1.234,5 and 1,234.5: the last mark is the point, the one before it groups. */
function mixed(figures: string, read: (text: string) => string): Reading {
  const at = Math.max(figures.lastIndexOf("."), figures.lastIndexOf(","));
  const [whole, fraction] = [figures.slice(0, at), figures.slice(at + 1)];
  if (!GROUPED.test(whole) || !/^\d+$/.test(fraction) || whole.includes(figures[at]!)) return null;
  return { number: read(`${whole.replace(/[.,]/g, "")}.${fraction}`), other: "" };
}

/** Blanks only between groups of three: 1 500, not 15 00. */
function isSpaced(text: string): boolean {
  return /^-?\d{1,3}(?:[\s\u00a0\u2009\u202f'’]\d{3})+(?:[.,]\d+)?$/.test(text);
}

/** Without zeros in front: 025 is 25. */
function plain(text: string): string {
  return text.replace(/^\./, "0.").replace(/^0+(?=\d)/, "");
}
