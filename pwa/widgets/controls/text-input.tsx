// Typed answers in words.
import { useWording } from "../../i18n.ts";
import { PersonalDataNote } from "../personal-data-note.tsx";
import type { ControlProps } from "./control.ts";

export function TextInput(props: ControlProps) {
  const { field } = props;
  const { say } = useWording();
  const isLong = field.appearance.includes("multiline");
  return (
    <>
      {isLong ? <textarea {...typed(props)} rows={4} /> : <input {...typed(props)} type="text" />}
      <PersonalDataNote field={field} />
      {isLong && field.value.length > 200 && (
        <p class="field__hint">{say("characters", { count: [...field.value].length })}</p>
      )}
    </>
  );
}

function typed({ field, describedBy, labelledBy, isWrong }: ControlProps) {
  return {
    class: "input",
    autocomplete: "off",
    value: field.value,
    "aria-labelledby": labelledBy,
    "aria-describedby": describedBy,
    "aria-required": field.required,
    "aria-invalid": isWrong,
    onInput: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      field.set(event.currentTarget.value),
  };
}
