// What was known before, or is calculated: one card to be read, however many questions it answers.
import type { FieldModel } from "../../form/model.ts";
import { useWording } from "../../i18n.ts";
import { answerText, FILE_TYPES } from "../answer-text.ts";
import { KeptFile } from "../controls/file-input.tsx";
import { Icon } from "../icon.tsx";
import { elementId } from "../leaving.ts";

export function FixedAnswers({ fields }: { fields: readonly FieldModel[] }) {
  const { language, say } = useWording();
  return (
    <section class="fixed" aria-label={say("known_before")}>
      <p class="fixed__head" aria-hidden="true">
        <Icon name="lock" />
        {say("known_before")}
      </p>
      <dl class="answers">
        {fields.map((field) => (
          <div class="answers__line fixed-answer" id={elementId(field)} tabIndex={-1} key={field.key}>
            <dt>{field.label}</dt>
            <dd>
              {FILE_TYPES.has(field.type) && field.value ? (
                <KeptFile field={field} />
              ) : (
                answerText(field, language, say) || <span class="soft">{say("no_answer")}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
