// An answer that is possible but unlikely: the officer stands by it, with a reason, or corrects it.
import { useEffect, useRef, useState } from "preact/hooks";
import type { FieldModel } from "../../form/model.ts";
import { useWording } from "../../i18n.ts";
import { Icon } from "../icon.tsx";
import { Message } from "../message.tsx";

interface DoubtProps {
  field: FieldModel;
  id: string;
  /** What is unlikely about the answer; null once it was confirmed. */
  sentence: string | null;
}

export function Doubt({ field, id, sentence }: DoubtProps) {
  const { say } = useWording();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState(field.confirmation);
  const [isMissing, setMissing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isOpen) input.current?.focus();
  }, [isOpen]);
  useEffect(() => setReason(field.confirmation), [field.confirmation]);
  const keep = (event: Event) => {
    event.preventDefault();
    setMissing(!reason.trim());
    if (!reason.trim()) return input.current?.focus();
    field.confirm(reason.trim());
    setOpen(false);
  };
  return (
    <Message
      tone={sentence ? "waiting" : "plain"}
      icon={sentence ? "doubt" : "check"}
      {...(sentence && { title: say("doubt_title") })}
    >
      <p id={`${id}-error`}>{sentence ?? say("doubt_confirmed", { reason: field.confirmation })}</p>
      {isOpen ? (
        <form class="doubt" onSubmit={keep} noValidate>
          <label class="field">
            <span class="field__label">{say("doubt_reason")}</span>
            <input
              ref={input}
              class="input"
              type="text"
              autocomplete="off"
              value={reason}
              aria-invalid={isMissing}
              aria-describedby={`${id}-error`}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
          {isMissing && (
            <p class="field__error" role="alert">
              <Icon name="alert" />
              <span>{say("doubt_needed")}</span>
            </p>
          )}
          <button class="button button--primary">{say("doubt_keep")}</button>
        </form>
      ) : (
        <div>
          <button type="button" class="button" onClick={() => setOpen(true)}>
            {say(sentence ? "doubt_yes" : "doubt_change")}
          </button>
        </div>
      )}
    </Message>
  );
}
