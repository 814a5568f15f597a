// A number that is typed. What was typed stays as it is; how it was understood stands below it.
import { useRef, useState } from "preact/hooks";
import type { FieldModel } from "../../form/model.ts";
import { readNumber } from "../../form/expressions/typed-numbers.ts";
import { useWording } from "../../i18n.ts";
import { numberText } from "../answer-text.ts";
import type { ControlProps } from "./control.ts";

export function NumberInput({ field, id, describedBy, labelledBy, isWrong }: ControlProps) {
  const whole = field.type === "integer";
  const typing = useTypedNumber(field);
  const ids = [describedBy, typing.isEchoed && `${id}-echo`].filter(Boolean).join(" ");
  return (
    <>
      <input
        class="input input--short"
        type="text"
        inputMode={whole ? "numeric" : "decimal"}
        autocomplete="off"
        aria-labelledby={labelledBy}
        aria-describedby={ids || undefined}
        aria-required={field.required}
        aria-invalid={isWrong}
        {...typing.input}
      />
      <Echo typing={typing} id={`${id}-echo`} />
    </>
  );
}

type Typing = ReturnType<typeof useTypedNumber>;

/** What a field of figures shows, takes and says back. */
export function useTypedNumber(field: FieldModel) {
  const { language } = useWording();
  const [typed, setTyped] = useState<{ text: string; value: string; other: string; isRead: boolean } | null>(null);
  const isEntered = useRef(false);
  // Another way to answer, or taking it back, makes what was typed old.
  const now = typed?.value === field.value ? typed : null;
  const shown = numberText(field.value, language);
  const set = (text: string) => {
    const reading = readNumber(text, { whole: field.type === "integer", language });
    field.set(reading?.number ?? text);
    setTyped({ text, value: field.value, other: reading?.other ?? "", isRead: reading !== null });
  };
  const input = {
    value: now?.text ?? shown,
    // A number that stands there already is typed over, not added to: 25 over 0 is not 250.
    onFocus: (event: { currentTarget: HTMLInputElement }) => {
      isEntered.current = true;
      event.currentTarget.select();
    },
    // The finger that entered the field has put the cursor somewhere in the meantime.
    onClick: (event: { currentTarget: HTMLInputElement }) => {
      if (isEntered.current) event.currentTarget.select();
      isEntered.current = false;
    },
    onKeyDown: () => (isEntered.current = false),
    onInput: (event: { currentTarget: HTMLInputElement }) => set(event.currentTarget.value),
  };
  const other = now?.other ?? "";
  return {
    input,
    shown,
    isEchoed: now !== null && now.isRead && (other !== "" || now.text.trim() !== shown),
    other: numberText(other, language),
    takeOther: () => {
      field.set(other);
      setTyped(null);
    },
  };
}

/** Said where the reading is not simply what was typed; where it could be another, that is offered. */
export function Echo({ typing, id }: { typing: Typing; id: string }) {
  const { say } = useWording();
  return (
    <div class="live" aria-live="polite">
      {typing.isEchoed && (
        <p class="field__hint" id={id}>
          {say("number_understood", { number: typing.shown })}
        </p>
      )}
      {typing.isEchoed && typing.other && (
        <button type="button" class="button button--small" onClick={typing.takeOther}>
          {say("number_meant", { number: typing.other })}
        </button>
      )}
    </div>
  );
}
