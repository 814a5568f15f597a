// One question: its words, its control, what is wrong with the answer.
import { createContext, type ComponentChildren } from "preact";
import { useContext, useMemo } from "preact/hooks";
import type { FieldModel, Violation } from "../../form/model.ts";
import { useWording, type Say, type TextKey } from "../../i18n.ts";
import type { ControlProps } from "../controls/control.ts";
import { ChoiceCards } from "../controls/choice-cards.tsx";
import { DateInput } from "../controls/date-input.tsx";
import { Doubt } from "./doubt.tsx";
import { Icon } from "../icon.tsx";
import { elementId, leavingOf } from "../leaving.ts";
import * as later from "./later.ts";
import { Likert } from "../controls/likert.tsx";
import { NumberInput } from "../controls/number-input.tsx";
import { SearchSelect } from "../controls/search-select.tsx";
import { TextInput } from "../controls/text-input.tsx";

/** True while one is told of a whole page what is missing: its questions do not each say it as well. */
export const Hushed = createContext(false);

/** Of a heading: questions stand one below what they stand in. */
export type Level = 2 | 3 | 4;

const LONG_LIST = 12;

/** Drawn again only when something of it has changed: a tap changes one of many. */
export function Question({ field, level }: { field: FieldModel; level: Level }) {
  const { label, hint, required, readOnly, value, options, complaint, confirmation } = field;
  const said = complaint && `${complaint.code} ${complaint.message}`;
  const parts = [field, level, label, hint, required, readOnly, value, options, confirmation, said];
  return useMemo(() => drawn(field, level), parts);
}

function drawn(field: FieldModel, level: Level) {
  if (field.type === "note") return <Note field={field} />;
  const id = elementId(field);
  const ids = [field.hint && `${id}-hint`, field.complaint && `${id}-error`].filter(Boolean);
  const props = { field, id, describedBy: ids.join(" ") || undefined, labelledBy: `${id}-label`, isWrong: isWrong(field) };
  return (
    <Frame field={field} id={id} level={level}>
      {control(props)}
    </Frame>
  );
}

function isWrong({ complaint }: FieldModel): boolean {
  return complaint !== null && complaint.code !== "soft";
}

export function sayViolation(violation: Violation, field: FieldModel | undefined, say: Say): string {
  if (violation.message) return violation.message;
  const typed = `violation_type_${field?.type ?? ""}`;
  if (violation.code === "type" && TYPED.has(typed)) return say(typed as TextKey, field?.parameters);
  return say(`violation_${violation.code}`);
}

const TYPED = new Set(
  ["integer", "decimal", "date", "time", "dateTime", "range"].map((type) => `violation_type_${type}`),
);

function Note({ field }: { field: FieldModel }) {
  return (
    <div class="message" id={elementId(field)} tabIndex={-1}>
      <Icon name="info" class="message__icon" />
      <p class="message__text">{field.label}</p>
    </div>
  );
}

interface FrameProps {
  field: FieldModel;
  id: string;
  level: Level;
  children: ComponentChildren;
}

function Frame({ field, id, level, children }: FrameProps) {
  const { say } = useWording();
  const isHushed = useContext(Hushed);
  const complaint = field.complaint;
  const Heading = `h${level}` as const;
  const look = complaint ? (isWrong(field) ? "question question--bad" : "question question--doubt") : "question";
  return (
    <section class={look} id={id} tabIndex={-1} {...leavingOf(field)}>
      <Heading class="question__label" id={`${id}-label`}>
        {field.label}
        {!field.required && <span class="question__optional"> ({say("optional")})</span>}
      </Heading>
      {field.hint && (
        <p class="question__hint" id={`${id}-hint`}>
          {field.hint}
        </p>
      )}
      {children}
      <div class="live" aria-live={isHushed ? "off" : "polite"}>
        {(field.confirmation || complaint?.code === "soft") && (
          <Doubt field={field} id={id} sentence={complaint && sayViolation(complaint, field, say)} />
        )}
        {complaint && complaint.code !== "soft" && (
          <p class="field__error" id={`${id}-error`}>
            <Icon name="alert" />
            <span>{sayViolation(complaint, field, say)}</span>
          </p>
        )}
      </div>
    </section>
  );
}

function control(props: ControlProps) {
  const { field } = props;
  switch (field.type) {
    case "select_one":
      if (field.appearance.includes("likert")) return <Likert {...props} />;
      if (isSearched(field)) return <SearchSelect {...props} />;
      return <ChoiceCards {...props} />;
    case "select_multiple":
      return <ChoiceCards {...props} />;
    case "integer":
    case "decimal":
      return <NumberInput {...props} />;
    case "date":
      return <DateInput {...props} />;
    case "time":
      return <later.TimeInput {...props} />;
    case "dateTime":
      return <later.DateTimeInput {...props} />;
    case "range":
      return <later.RangeInput {...props} />;
    case "rank":
      return <later.RankInput {...props} />;
    case "geopoint":
      return <later.PlaceInput {...props} />;
    case "image":
      return <later.PhotoInput {...props} />;
    case "signature":
      return <later.SignatureInput {...props} />;
    case "file":
      return <later.FileInput {...props} />;
    default:
      return <TextInput {...props} />;
  }
}

function isSearched(field: FieldModel): boolean {
  return field.appearance.includes("autocomplete") || field.options.length > LONG_LIST;
}
