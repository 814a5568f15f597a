// What was known before, or is calculated: to be read, not to be changed.
import { useWording } from "../i18n.ts";
import { answerText, FILE_TYPES } from "./answer-text.ts";
import { KeptFile } from "./file-input.tsx";
import { Icon } from "./icon.tsx";
import type { ControlProps } from "./question.tsx";

export function ReadOnlyAnswer({ field }: ControlProps) {
  const { language, say } = useWording();
  if (FILE_TYPES.has(field.type) && field.value) return <KeptFile field={field} />;
  const text = answerText(field, language, say);
  return (
    <p class="fixed-answer">
      <Icon name="lock" />
      <span class={text ? "fixed-answer__text" : "soft"}>{text || say("no_answer")}</span>
      <span class="only-spoken">({say("read_only")})</span>
    </p>
  );
}
