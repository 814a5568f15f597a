// The page's colour tokens, read from the style sheet so that figures follow it, also in the dark.

export interface Palette {
  readonly scale: readonly string[];
  readonly none: string;
  readonly grid: string;
  readonly text: string;
  readonly soft: string;
  readonly surface: string;
  readonly brand: string;
  readonly band: string;
  readonly font: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    scale: [1, 2, 3, 4, 5, 6, 7].map((step) => token(`color-chart-${step}`)),
    none: token("color-chart-none"),
    grid: token("color-chart-grid"),
    text: token("color-text"),
    soft: token("color-text-soft"),
    surface: token("color-surface"),
    brand: token("color-brand-strong"),
    band: token("color-brand-soft"),
    font: style.fontFamily,
  };
}

export function onColoursChange(listener: () => void): void {
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
    matchMedia(query).addEventListener("change", listener);
  }
}
