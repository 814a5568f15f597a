// A finished record, to be read; while there is time, to be corrected with a reason.
import { useState } from "preact/hooks";
import type { FieldModel } from "../../form/model.ts";
import { LOCALES, useWording, type TextKey } from "../../i18n.ts";
import { answerText } from "../../widgets/answer-text.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Message } from "../../widgets/message.tsx";
import { beginCorrection, openRecord, type OpenedRecord } from "../../interview/correction.ts";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { go } from "../route.ts";
import { Screen } from "../screen.tsx";
import { useTitles } from "../titles.ts";
import { useWork } from "../work.ts";

export function RecordPage({ id }: { id: string }) {
  const { language, say } = useWording();
  const { session, traffic } = useWork();
  const { vault } = session;
  const titleOn = useTitles();
  const loaded = useLoaded(async () => ({ opened: await openRecord(vault, id, language) }), [
    ...[vault, id, language, traffic.round],
  ]);
  if (!loaded) return null;
  const { opened } = loaded;
  return (
    <Screen title={say(titleOf(opened))}>
      {opened ? (
        <>
          <p class="soft">
            {titleOn(opened.record)}
            {opened.record.revision > 1 && ` · ${say("record_revision", { number: opened.record.revision })}`}
          </p>
          <CorrectionOffer opened={opened} />
          <Answers opened={opened} />
        </>
      ) : (
        <Message tone="plain">
          <p>{say("record_gone")}</p>
        </Message>
      )}
    </Screen>
  );
}

function titleOf(opened: OpenedRecord | null): TextKey {
  if (!opened) return "interview";
  return opened.lock === "waiting" ? "record_title_waiting" : "record_title";
}

function CorrectionOffer({ opened }: { opened: OpenedRecord }) {
  const { language, say } = useWording();
  const { record, lock, until } = opened;
  const review = () => go({ screen: "review", id: record.instance_id });
  if (lock === "waiting") return <p>{say("correct_waiting")}</p>;
  if (lock === "office") return <p>{say("correct_office")}</p>;
  if (lock === "over") return <p>{say("correct_locked")}</p>;
  if (lock === "under-way") {
    return (
      <Message tone="waiting">
        <p>{say("correct_under_way")}</p>
        <button type="button" class="button" onClick={review}>
          {say("correct_go_on")}
        </button>
      </Message>
    );
  }
  const day = until?.toLocaleDateString(LOCALES[language], { day: "numeric", month: "long", year: "numeric" }) ?? "";
  return (
    <section class="card stack" aria-labelledby="correct-title">
      <h2 id="correct-title">{say("correct_title")}</h2>
      <p>
        {say("correct_text")} {say("correct_until", { day })}
      </p>
      <ReasonForm opened={opened} begun={review} />
    </section>
  );
}

function ReasonForm({ opened, begun }: { opened: OpenedRecord; begun: () => void }) {
  const { language, say } = useWording();
  const { session } = useWork();
  const [reason, setReason] = useState("");
  const [trouble, setTrouble] = useState<"correct_reason_missing" | "correct_failed" | null>(null);
  const begin = (event: Event) => {
    event.preventDefault();
    const said = reason.trim();
    if (!said) return setTrouble("correct_reason_missing");
    beginCorrection(session.vault, opened, { reason: said, language }).then(begun, () => setTrouble("correct_failed"));
  };
  return (
    <form class="stack" onSubmit={begin} noValidate>
      <label class="field">
        <span class="field__label">{say("correct_reason")}</span>
        <span class="field__hint" id="reason-hint">
          {say("correct_reason_hint")}
        </span>
        <input
          class="input"
          type="text"
          name="reason"
          maxLength={500}
          autocomplete="off"
          value={reason}
          aria-required="true"
          aria-invalid={trouble !== null}
          aria-describedby={trouble ? "reason-hint reason-trouble" : "reason-hint"}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      {trouble && (
        <p class="field__error" role="alert" id="reason-trouble">
          {say(trouble)}
        </p>
      )}
      <div>
        <button class="button button--primary">
          <Icon name="check" />
          {say("correct_begin")}
        </button>
      </div>
    </form>
  );
}

function Answers({ opened: { model } }: { opened: OpenedRecord }) {
  const { say } = useWording();
  return (
    <section class="stack" aria-labelledby="answers-title">
      <h2 id="answers-title">{say("record_answers")}</h2>
      {model.pages.map((page) => (
        <section class="card card--close stack stack--close" key={page.key} aria-label={page.label}>
          <h3>{page.label}</h3>
          <dl class="answers">
            {page.fields().map((field) => field.type !== "note" && <Answer field={field} key={field.key} />)}
          </dl>
        </section>
      ))}
    </section>
  );
}

function Answer({ field }: { field: FieldModel }) {
  const { language, say } = useWording();
  return (
    <div class="answers__line">
      <dt>{field.label}</dt>
      <dd>{answerText(field, language, say) || <span class="soft">{say("record_blank")}</span>}</dd>
    </div>
  );
}
