// Where there is width: all sections beside the questions, which are done, and the way to each.
import { useEffect, useState } from "preact/hooks";
import type { InterviewModel, PageModel } from "../../form/model.ts";
import { useWording } from "../../i18n.ts";
import { afterPaint } from "../../widgets/after-paint.ts";
import { Icon } from "../../widgets/icon.tsx";
import { events, useWatched } from "../../widgets/watched.ts";
import { useAppearance } from "../appearance.ts";
import { go, interviewRoute } from "../route.ts";

/** Whether questions leave room beside them; letters of double size do not. */
export function useRoomBeside(): boolean {
  const wide = matchMedia("(min-width: 60rem)");
  const isWide = useWatched(() => wide.matches, events(wide, "change"), []);
  return useAppearance().letters !== "larger" && isWide;
}

interface SectionListProps {
  id: string;
  model: InterviewModel;
  section: PageModel;
}

export function SectionList({ id, model, section }: SectionListProps) {
  const { say } = useWording();
  const missing = useMissing(model);
  const goTo = (route: Parameters<typeof go>[0]) => {
    section.leave();
    go(route);
  };
  return (
    <nav class="section-list" aria-label={say("section_list")}>
      <ol class="plain-list">
        {model.pages.map((page) => (
          <li key={page.key}>
            <button
              type="button"
              class="section-list__way"
              aria-current={page === section ? "step" : undefined}
              onClick={() => goTo(interviewRoute(id, page.key))}
            >
              <State missing={page === section || !page.isReached ? null : (missing.get(page.key) ?? null)} />
              {page.label || model.title}
            </button>
          </li>
        ))}
        <li>
          <button type="button" class="section-list__way" onClick={() => goTo({ screen: "review", id })}>
            <span class="section-list__state">
              <Icon name="list" />
            </span>
            {say("review")}
          </button>
        </li>
      </ol>
    </nav>
  );
}

/** Of a section one has been at: complete, or how much is missing. Of the others nothing can be said. */
function State({ missing }: { missing: number | null }) {
  const { say } = useWording();
  if (missing === null) return <span class="section-list__state" />;
  return (
    <span class={missing === 0 ? "section-list__state is-done" : "section-list__state is-open"}>
      {missing === 0 ? <Icon name="check" /> : <span aria-hidden="true">{missing}</span>}
      <span class="only-spoken">{missing === 0 ? say("section_done") : say("section_missing", { count: missing })}: </span>
    </span>
  );
}

/** How many questions are missing on each page; counted when the screen has answered the finger. */
function useMissing(model: InterviewModel): ReadonlyMap<string, number> {
  const [missing, setMissing] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    let isGone = false;
    afterPaint(() => isGone || setMissing(missingIn(model)));
    return () => {
      isGone = true;
    };
  }, [model, model.revision]);
  return missing;
}

function missingIn({ pages }: InterviewModel): ReadonlyMap<string, number> {
  const counted = pages.filter(({ isReached }) => isReached);
  return new Map(counted.map((page) => [page.key, page.fields().filter((field) => field.violation).length]));
}
