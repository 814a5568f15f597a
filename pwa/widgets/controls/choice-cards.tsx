// Choices as cards one can hit with a thumb: one of them, or several.
import { useWording } from "../../i18n.ts";
import { afterAnswer } from "../after-paint.ts";
import type { ControlProps } from "./control.ts";

export function ChoiceCards({ field, id, describedBy, labelledBy, isWrong }: ControlProps) {
  const { say } = useWording();
  const several = field.type === "select_multiple";
  const chosen = new Set(field.value.split(" ").filter(Boolean));
  if (field.options.length === 0) return <p class="soft">{say("no_options_yet")}</p>;
  return (
    <div
      class={isShort(field.options) ? "choices choices--short" : "choices"}
      role={several ? "group" : "radiogroup"}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      {...(several ? {} : { "aria-required": field.required, "aria-invalid": isWrong })}
    >
      {several && <p class="choices__note">{say("choose_several")}</p>}
      {field.options.map((option) => (
        <label class="choice" key={option.name}>
          <input
            class="choice__input"
            type={several ? "checkbox" : "radio"}
            name={id}
            value={option.name}
            checked={chosen.has(option.name)}
            onChange={({ currentTarget: { checked } }) =>
              afterAnswer(() => field.set(several ? toggled(field.value, option.name, checked) : option.name))
            }
          />
          <span class="choice__label">{option.label}</span>
        </label>
      ))}
    </div>
  );
}

function toggled(value: string, name: string, on: boolean): string {
  const others = value.split(" ").filter((other) => other && other !== name);
  return (on ? [...others, name] : others).join(" ");
}

function isShort(options: ControlProps["field"]["options"]): boolean {
  return options.length <= 3 && options.every((option) => option.label.length <= 12);
}
