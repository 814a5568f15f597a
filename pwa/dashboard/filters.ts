// The filters: every change goes into the address, and the address is what is shown.

export interface Filters {
  query(): string;
  chooseProvince(plate: string): void;
}

export function filtersIn(page: HTMLElement, changed: () => void): Filters {
  const form = page.querySelector<HTMLFormElement>("[data-filters]")!;

  function choose(name: string, value: string): void {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement) field.value = value;
  }

  function query(): string {
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    return new URLSearchParams(given as [string, string][]).toString();
  }

  function apply(): void {
    history.pushState(null, "", `?${query()}`);
    changed();
  }

  form.addEventListener("change", (event) => {
    // A province lies in one region only: whichever was chosen last is meant.
    const name = (event.target as HTMLSelectElement).name;
    if (name === "province") choose("region", "");
    if (name === "region") choose("province", "");
    apply();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  window.addEventListener("popstate", () => {
    const address = new URLSearchParams(location.search);
    for (const field of form.querySelectorAll("select")) {
      const first = field.options[0]?.value ?? "";
      field.value = address.get(field.name) ?? first;
    }
    changed();
  });
  return {
    query,
    chooseProvince(plate) {
      choose("province", plate);
      choose("region", "");
      apply();
    },
  };
}
