// A table whose headings sort it; what was chosen survives a renewal of the rows.

interface Order {
  readonly column: number;
  readonly ascending: boolean;
}

export interface SortableTable {
  /** Makes headings into buttons where they are new, and puts the rows in the chosen order. */
  arrange(): void;
}

export function sortableTableIn(part: Element): SortableTable {
  let order: Order = { column: 0, ascending: true };

  function arrange(): void {
    const headings = [...part.querySelectorAll<HTMLElement>("thead th")];
    if (order.column >= headings.length) order = { column: 0, ascending: true };
    headings.forEach((heading, column) => {
      if (!heading.hasAttribute("data-enhanced")) enhance(heading);
      if (column === order.column) {
        heading.setAttribute("aria-sort", order.ascending ? "ascending" : "descending");
      } else heading.removeAttribute("aria-sort");
    });
    const body = part.querySelector("tbody");
    body?.append(...sorted([...body.rows], order));
  }

  function enhance(heading: HTMLElement): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    heading.append(button);
    heading.setAttribute("data-enhanced", "");
  }

  part.addEventListener("click", (event) => {
    const heading = (event.target as Element).closest<HTMLTableCellElement>("thead th");
    if (!heading) return;
    const column = heading.cellIndex;
    // Names start with A; of numbers, the highest is what people look for first.
    const first = !heading.classList.contains("number");
    order = { column, ascending: column === order.column ? !order.ascending : first };
    arrange();
  });
  return { arrange };
}

function sorted(rows: HTMLTableRowElement[], { column, ascending }: Order): HTMLTableRowElement[] {
  const direction = ascending ? 1 : -1;
  const value = (row: HTMLTableRowElement) => row.cells[column]?.dataset["sort"] ?? "";
  return rows.sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === "" || b === "") return Number(a === "") - Number(b === "");
    return direction * (Number(a) - Number(b));
  });
}
