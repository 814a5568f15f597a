// What a figure is on paper: no higher than the sheet, for a picture cannot go on on the next one.
import type { Figure } from "../generated/schemas.ts";
import type { Layout } from "./plotly.ts";

/** What an upright A4 sheet has left below the heading of a figure, in pixels. */
const SHEET = 885;
/** The share of a row that its name may take; with more, names would touch. */
const NAME_IN_ROW = 0.95;

export function onPaper(figure: Figure): Figure {
  const { height } = figure.layout;
  if (typeof height !== "number" || height <= SHEET) return figure;
  const { t = 0, b = 0 } = (figure.layout["margin"] ?? {}) as { t?: number; b?: number };
  const [last, first] = ((figure.layout["yaxis"] as Layout)["range"] ?? [1, 0]) as [number, number];
  const row = (SHEET - t - b) / Math.abs(last - first);
  const yaxis = { ...(figure.layout["yaxis"] as Layout), tickfont: { size: Math.floor(row * NAME_IN_ROW) } };
  return { ...figure, layout: { ...figure.layout, height: SHEET, yaxis } };
}
