// What can be begun here today: one big button for the obvious form, the others below it.
import { useState } from "preact/hooks";
import type { FormSummary } from "../../generated/schemas.ts";
import { useWording, type Say, type TextKey } from "../../i18n.ts";
import { readCatalogue, readVisits } from "../../store/catalogue.ts";
import { reasonOf } from "../../store/problems.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Message } from "../../widgets/message.tsx";
import { beginInterview } from "../../interview/kept-interview.ts";
import { kindObject, kindOf, type Kind } from "../kinds.ts";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { go, interviewRoute } from "../route.ts";
import { formsIn, likelyVisit, type Visit } from "./visits.ts";
import { VisitChoice } from "./visit-choice.tsx";
import { useWork } from "../work.ts";

export function Begin() {
  const { say } = useWording();
  const { store, session, traffic } = useWork();
  const offer = useLoaded(async () => {
    const [catalogue, visits] = await Promise.all([readCatalogue(store), readVisits(session.vault)]);
    return { forms: catalogue?.forms ?? [], visits };
  }, [store, session, traffic.round]);
  if (!offer) return null;
  if (offer.forms.length === 0) {
    return (
      <Message tone="waiting" title={say("no_forms_title")}>
        <p>{say("no_forms_text")}</p>
      </Message>
    );
  }
  return <Offer {...offer} />;
}

function Offer({ forms, visits }: { forms: readonly FormSummary[]; visits: readonly Visit[] }) {
  const { language, say } = useWording();
  const [chosen, setCode] = useState<string | null>(null);
  const code = chosen ?? likelyVisit(visits);
  const visit = visits.find((candidate) => candidate.code === code) ?? null;
  const { start, isStarting, failure } = useStart(visit);
  const [obvious, ...others] = formsIn(visit, forms);
  const title = ({ title: text }: FormSummary) => text[language] ?? text["tr"] ?? "";
  return (
    <section class="start stack" aria-labelledby="start-title">
      <h2 id="start-title">{say("begin_title")}</h2>
      {visits.length > 0 && <VisitChoice visits={visits} chosen={code} choose={setCode} />}
      {obvious ? (
        <button
          type="button"
          class="button button--primary button--big start__button"
          aria-disabled={isStarting}
          onClick={() => isStarting || void start(obvious)}
        >
          <Icon name="plus" />
          <span>
            {isStarting ? say("starting") : startWords(kindOf(obvious.id), say)}
            {HAS_TITLE.has(kindOf(obvious.id)) && (
              <span class="start__form">
                <span class="only-spoken">: </span>
                {title(obvious)}
              </span>
            )}
          </span>
        </button>
      ) : (
        <p class="empty">{say("nothing_to_begin")}</p>
      )}
      {others.length > 0 && (
        <div class="stack stack--close">
          <h3 class="start__legend">{say("other_forms")}</h3>
          <ul class="start__others">
            {others.map((form) => (
              <li key={form.id}>
                <button
                  type="button"
                  class="button start__other"
                  aria-disabled={isStarting}
                  onClick={() => isStarting || void start(form)}
                >
                  <Icon name="plus" />
                  {title(form)}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div class="live" role="alert">
        {failure && <Message tone="bad">{say(failure)}</Message>}
      </div>
    </section>
  );
}

/** The words on the button of these do not name the form. */
const HAS_TITLE: ReadonlySet<Kind> = new Set(["interview", "record"]);

function startWords(kind: Kind, say: Say): string {
  return kind === "interview" ? say("start_interview") : say("start_kind", { what: kindObject(kind, say) });
}

function useStart(visit: Visit | null) {
  const { language } = useWording();
  const { session } = useWork();
  const [isStarting, setStarting] = useState(false);
  const [failure, setFailure] = useState<TextKey | null>(null);
  const start = async (form: FormSummary) => {
    setStarting(true);
    try {
      go(interviewRoute(await beginInterview(session.vault, form, { visit, language })));
    } catch (error) {
      setFailure(`not_saved_${reasonOf(error)}`);
      setStarting(false);
    }
  };
  return { start, isStarting, failure };
}
