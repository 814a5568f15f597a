// Draws the two figures and keeps them in the colours of the page.
import type { DashboardState, Figure } from "../generated/schemas.ts";
import { markProvinces } from "./hatching.ts";
import { painted } from "./painting.ts";
import { onPaper } from "./paper.ts";
import { onColoursChange, readPalette } from "./palette.ts";
import { draw } from "./plotly.ts";
import type { PlotClick, PlotElement } from "./plotly.ts";

export interface Figures {
  show(state: DashboardState): Promise<void>;
}

export function figuresIn(page: HTMLElement, choose: (province: string) => void): Figures {
  const map = page.querySelector<HTMLElement>("[data-figure=map]");
  const ranking = page.querySelector<HTMLElement>("[data-figure=ranking]");
  const attended = new WeakSet<HTMLElement>();
  let shown: DashboardState | null = null;

  function attend(element: PlotElement): void {
    if (attended.has(element)) return;
    attended.add(element);
    element.on("plotly_click", (event) => {
      const province = provinceOf(event);
      if (province) choose(province);
    });
    element.on("plotly_afterplot", () => markProvinces(element));
    markProvinces(element);
  }

  async function put(element: HTMLElement | null, figure: Figure): Promise<void> {
    if (!element) return;
    element.hidden = figure.data.every(isEmpty);
    if (element.hidden) return;
    try {
      const fitting = isPrinted() ? onPaper(figure) : figure;
      attend(await draw(element, painted(fitting, readPalette(page))));
    } catch (error) {
      // What is still drawn there is of another view.
      element.hidden = true;
      throw error;
    }
  }

  async function show(state: DashboardState): Promise<void> {
    shown = state;
    await Promise.all([put(map, state.map), put(ranking, state.ranking)]);
  }

  function showAgain(): void {
    if (shown) void show(shown);
  }

  onColoursChange(showAgain);
  onPrinting((printed) => {
    document.documentElement.toggleAttribute(ON_PAPER, printed);
    showAgain();
  });
  return { show };
}

const ON_PAPER = "data-on-paper";

function isPrinted(): boolean {
  return document.documentElement.hasAttribute(ON_PAPER);
}

/** A figure is as wide as the window was: on paper it must be as wide as the paper. */
function onPrinting(listener: (printed: boolean) => void): void {
  window.addEventListener("beforeprint", () => listener(true));
  window.addEventListener("afterprint", () => listener(false));
}

function provinceOf({ points }: PlotClick): string | null {
  const point = points[0];
  const code = point?.location ?? point?.customdata;
  return typeof code === "string" ? code : null;
}

function isEmpty(trace: Figure["data"][number]): boolean {
  const points: unknown = trace["locations"] ?? trace["x"];
  return !Array.isArray(points) || points.length === 0;
}
