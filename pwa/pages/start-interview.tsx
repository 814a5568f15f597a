// The big button, and for which visit and with which form it begins.
import { useState } from "preact/hooks";
import type { FormSummary, VisitSummary } from "../generated/schemas.ts";
import { useWording, type Language, type TextKey } from "../i18n.ts";
import { readCatalogue, readVisits } from "../store/catalogue.ts";
import { NotSaved } from "../store/problems.ts";
import { cardClass } from "../widgets/choice-cards.tsx";
import { Icon } from "../widgets/icon.tsx";
import { Message } from "../widgets/message.tsx";
import { beginInterview } from "./kept-interview.ts";
import { useLoaded } from "./loaded.ts";
import { go, interviewRoute } from "./route.ts";
import { useWork } from "./work.ts";

const NO_VISIT = "";

export function StartInterview() {
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
  return <Start {...offer} />;
}

function Start({ forms, visits }: { forms: readonly FormSummary[]; visits: readonly VisitSummary[] }) {
  const { language, say } = useWording();
  const { session } = useWork();
  const [formId, setFormId] = useState(forms[0]!.id);
  const [chosen, setCode] = useState<string | null>(null);
  const [isStarting, setStarting] = useState(false);
  const [failure, setFailure] = useState<TextKey | null>(null);
  const code = chosen ?? likelyVisit(visits);
  const form = forms.find((candidate) => candidate.id === formId) ?? forms[0]!;
  const start = async () => {
    setStarting(true);
    const visit = visits.find((candidate) => candidate.code === code) ?? null;
    try {
      go(interviewRoute(await beginInterview(session.vault, form, { visit, language })));
    } catch (error) {
      setFailure(`not_saved_${error instanceof NotSaved ? error.reason : "unexpected"}`);
      setStarting(false);
    }
  };
  const title = (text: Record<string, string>) => text[language] ?? text["tr"] ?? "";
  return (
    <section class="start stack" aria-label={say("start_interview")}>
      {visits.length > 0 && (
        <Choices
          legend={say("which_visit")}
          chosen={code}
          choose={setCode}
          options={[
            ...visits.map((visit) => [visit.code, title(visit.title), dayOf(visit, language)] as const),
            [NO_VISIT, say("no_visit"), ""] as const,
          ]}
        />
      )}
      {forms.length > 1 && (
        <Choices
          legend={say("which_form")}
          chosen={form.id}
          choose={setFormId}
          options={forms.map((one) => [one.id, title(one.title), ""] as const)}
        />
      )}
      <button
        type="button"
        class="button button--primary button--big start__button"
        aria-disabled={isStarting}
        onClick={() => isStarting || void start()}
      >
        <Icon name="plus" />
        {say(isStarting ? "starting" : "start_interview")}
      </button>
      <div class="live" role="alert">{failure && <Message tone="bad">{say(failure)}</Message>}</div>
    </section>
  );
}

interface ChoicesProps {
  legend: string;
  chosen: string;
  choose: (value: string) => void;
  options: readonly (readonly [value: string, label: string, detail: string])[];
}

function Choices({ legend, chosen, choose, options }: ChoicesProps) {
  return (
    <fieldset class="stack stack--close">
      <legend class="start__legend">{legend}</legend>
      {options.map(([value, label, detail]) => (
        <label class={cardClass(value === chosen)} key={value}>
          <input
            class="choice__input"
            type="radio"
            name={legend}
            checked={value === chosen}
            onChange={() => choose(value)}
          />
          <span class="choice__label">
            {label}
            {detail && <span class="choice__detail">{detail}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Today's visit, else the first one planned. */
function likelyVisit(visits: readonly VisitSummary[]): string {
  const today = new Intl.DateTimeFormat("sv").format(new Date());
  return (visits.find((visit) => visit.planned_on === today) ?? visits[0])?.code ?? NO_VISIT;
}

function dayOf(visit: VisitSummary, language: Language): string {
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", weekday: "long" });
  return day.format(new Date(`${visit.planned_on}T12:00:00`));
}
