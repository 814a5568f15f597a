// The filters: every change goes into the address, and the address is what is shown.

export type View = Readonly<Record<string, string>>;

export interface Filters {
  query(): string;
  chooseProvince(plate: string): void;
  /** Whether what is chosen is another view than this one. */
  isOther(shown: View): boolean;
  /** Puts the choice back to a view that is shown. */
  choose(shown: View): void;
  /** Makes the fields say what the page shows, as when it was made. */
  restore(shown: View): void;
}

export function filtersIn(page: HTMLElement, changed: () => void): Filters {
  const form = page.querySelector<HTMLFormElement>("[data-filters]")!;

  // Where the language is changed one comes back to the address of the view chosen last.
  const here = document.querySelectorAll<HTMLInputElement>("input[name=next]");

  function choose(name: string, value: string): void {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement) field.value = value;
  }

  function chooseAll(view: View): void {
    for (const field of form.querySelectorAll("select")) {
      field.value = view[field.name] ?? field.options[0]?.value ?? "";
    }
  }

  function query(): string {
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    return new URLSearchParams(given as [string, string][]).toString();
  }

  function apply(): void {
    history.pushState(null, "", `?${query()}`);
    follow();
  }

  function follow(): void {
    for (const field of here) field.value = location.pathname + location.search;
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
    chooseAll(Object.fromEntries(new URLSearchParams(location.search)));
    follow();
  });
  return {
    query,
    chooseProvince(plate) {
      choose("province", plate);
      choose("region", "");
      apply();
    },
    isOther: (shown) =>
      [...form.querySelectorAll("select")].some((field) => field.value !== (shown[field.name] ?? "")),
    choose(shown) {
      chooseAll(shown);
      apply();
    },
    restore: chooseAll,
  };
}
