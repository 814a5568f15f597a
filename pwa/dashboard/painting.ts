// Gives the server's figures their colours: what a trace shows stands in its role.
import type { Figure } from "../generated/schemas.ts";
import type { Palette } from "./palette.ts";
import type { Layout, Trace } from "./plotly.ts";

type Paint = (palette: Palette) => Trace;

const PROVINCES: Record<string, Paint> = {
  published: ({ surface }) => border(surface, 0.7),
  imprecise: ({ text }) => border(text, 1.2),
  suppressed: ({ none, soft }) => ({ ...flat(none), ...border(soft, 0.7) }),
  empty: ({ surface, grid }) => ({ ...flat(surface), ...border(grid, 0.9) }),
  chosen: ({ text }) => ({ ...flat("rgba(0,0,0,0)"), ...border(text, 3) }),
};

const DOTS: Record<string, Paint> = {
  published: ({ scale }) => dots(scale[5], scale[3], "circle", 8),
  imprecise: ({ soft }) => dots(soft, soft, "circle-open", 8),
  chosen: ({ brand }) => dots(brand, brand, "diamond", 11),
};

export function painted(figure: Figure, palette: Palette): Figure {
  return {
    data: figure.data.map((trace) => paintTrace(trace, palette)),
    layout: paintLayout(figure.layout, palette),
  };
}

function paintTrace(trace: Trace, palette: Palette): Trace {
  const paints = trace["type"] === "choropleth" ? PROVINCES : DOTS;
  const paint = paints[(trace["meta"] as { role: string }).role];
  return paint ? over(trace, paint(palette)) : trace;
}

function paintLayout(layout: Layout, palette: Palette): Layout {
  const colours: Layout = {
    font: { family: palette.font, size: 13, color: palette.text },
    hoverlabel: {
      bgcolor: palette.surface,
      bordercolor: palette.grid,
      font: { family: palette.font, size: 14, color: palette.text },
    },
  };
  if ("coloraxis" in layout) colours["coloraxis"] = { colorscale: stops(palette.scale) };
  if ("xaxis" in layout) colours["xaxis"] = { gridcolor: palette.grid };
  if (Array.isArray(layout["shapes"])) {
    colours["shapes"] = layout["shapes"].map((shape: Trace) => over(shape, line(shape, palette)));
  }
  return over(layout, colours);
}

const LINES: Record<string, Paint> = {
  "country-band": ({ band }) => ({ fillcolor: band, line: { width: 0 } }),
  country: ({ soft }) => ({ line: { color: soft, width: 1.5, dash: "dot" } }),
  place: ({ brand }) => ({ line: { color: brand, width: 1.5, dash: "dash" } }),
};

function line(shape: Trace, palette: Palette): Trace {
  return LINES[shape["name"] as string]?.(palette) ?? {};
}

/** Lays colours over a part of a figure, without losing what else its inner parts say. */
function over(part: Trace, colours: Trace): Trace {
  const mixed = { ...part };
  for (const [name, colour] of Object.entries(colours)) {
    const known = part[name];
    mixed[name] = isPart(known) && isPart(colour) ? { ...known, ...colour } : colour;
  }
  return mixed;
}

function isPart(value: unknown): value is Trace {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stops(scale: readonly string[]): [number, string][] {
  return scale.map((colour, step) => [step / (scale.length - 1), colour]);
}

function flat(colour: string): Trace {
  return { colorscale: [[0, colour], [1, colour]] };
}

function border(color: string, width: number): Trace {
  return { marker: { line: { color, width } } };
}

function dots(color = "", whiskers = "", symbol: string, size: number): Trace {
  return { marker: { color, symbol, size }, error_x: { color: whiskers } };
}
