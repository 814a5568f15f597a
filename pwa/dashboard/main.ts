// The dashboard comes alive: the page already shows its values, this adds figures and renewal.
import type { DashboardState } from "../generated/schemas.ts";
import { figuresIn } from "./figures.ts";
import { filtersIn } from "../desk/filters.ts";
import type { View } from "../desk/filters.ts";
import { renew } from "../desk/morphing.ts";
import { sortableTableIn } from "../desk/sorting.ts";
import { watch } from "../desk/watching.ts";

function start(page: HTMLElement): void {
  const part = (name: string) => page.querySelector<HTMLElement>(`[data-part="${name}"]`);
  const table = sortableTableIn(part("table")!);
  const filters = filtersIn(page, () => {
    page.setAttribute("aria-busy", "true");
    watching.restart();
  });
  const figures = figuresIn(page, filters.chooseProvince);
  // What the figures on the page hold for; the choice above them can be ahead of it.
  let shown = JSON.parse(page.dataset["view"]!) as View;

  async function changed(state: DashboardState): Promise<void> {
    for (const [name, html] of Object.entries(state.parts)) {
      const element = part(name);
      if (element) renew(element, html);
    }
    table.arrange();
    shown = state.view;
    tell("other-view", false);
    page.dataset["revision"] = String(state.through_sequence);
    page.removeAttribute("aria-busy");
    await figures.show(state).then(
      () => tell("figure", false),
      () => tell("figure", true),
    );
  }

  function tell(message: string, shown: boolean): void {
    const element = page.querySelector<HTMLElement>(`[data-message="${message}"]`);
    if (element && element.hidden === shown) element.hidden = !shown;
  }

  const watching = watch(() => `${page.dataset["source"]}?${filters.query()}`, {
    changed,
    trouble(kind, failures) {
      const other = kind === "connection" && filters.isOther(shown);
      page.toggleAttribute("aria-busy", false);
      tell("other-view", other);
      tell("connection", kind === "connection" && !other && failures > 1);
      tell("signed-out", kind === "signed-out");
    },
  });

  for (const element of page.querySelectorAll<HTMLElement>("[data-with-script]")) {
    element.hidden = false;
  }
  for (const element of page.querySelectorAll<HTMLElement>("[data-without-script]")) {
    element.hidden = true;
  }
  page.querySelector("[data-back-to-shown]")!.addEventListener("click", () => filters.choose(shown));
  // A browser may bring back another choice than the one this page was made for.
  filters.restore(shown);
  table.arrange();
  watching.restart();
}

const page = document.querySelector<HTMLElement>("[data-dashboard]");
if (page) start(page);
