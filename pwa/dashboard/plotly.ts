// The little of Plotly that is used here. The library itself is a bundle of its own in the page.
import type { Figure } from "../generated/schemas.ts";

export type Trace = Figure["data"][number];
export type Layout = Figure["layout"];

export interface PlotElement extends HTMLElement {
  on(event: "plotly_afterplot", listener: () => void): void;
  on(event: "plotly_click", listener: (event: PlotClick) => void): void;
}

export interface PlotClick {
  readonly points: readonly { readonly location?: string; readonly customdata?: unknown }[];
}

interface Plotly {
  react(
    element: HTMLElement,
    data: Trace[],
    layout: Layout,
    config: Record<string, unknown>,
  ): Promise<PlotElement>;
}

declare global {
  interface Window {
    Plotly?: Plotly;
  }
}

export async function draw(element: HTMLElement, figure: Figure): Promise<PlotElement> {
  if (!window.Plotly) throw new Error("Plotly is not loaded");
  return window.Plotly.react(element, figure.data, figure.layout, {
    displayModeBar: false,
    scrollZoom: false,
    doubleClick: false,
    responsive: true,
  });
}
