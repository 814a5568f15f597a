// The title of a record is written down in the language it was filled in. On the screen its form is told
// in the language of the screen; what follows (a unit, a place) is what was answered.
import type { FormSummary } from "../generated/schemas.ts";
import { useWording, type Language } from "../i18n.ts";
import { readCatalogue } from "../store/catalogue.ts";
import { useLoaded } from "../widgets/loading/loaded.ts";
import { useWork } from "./work.ts";

interface Titled {
  readonly title: string;
  readonly form_id: string;
}

type Forms = readonly Pick<FormSummary, "id" | "title">[];

export function titleIn(language: Language, { title, form_id }: Titled, forms: Forms): string {
  const titles = forms.find(({ id }) => id === form_id)?.title ?? {};
  const [told, ...answered] = title.split(APART);
  const shown = Object.values(titles).includes(told!) ? (titles[language] ?? told) : told;
  // A line does not begin with what sets its parts apart.
  return [shown, ...answered].join(`\u00a0${APART.trimStart()}`);
}

/** As `keptDraft` writes it. */
const APART = " · ";

/** The way to tell a record's title on this screen; "" where the record has none. */
export function useTitles(): (record: Titled) => string {
  const { language } = useWording();
  const { store } = useWork();
  const catalogue = useLoaded(() => readCatalogue(store), [store]);
  return (record) => titleIn(language, record, catalogue?.forms ?? []);
}
