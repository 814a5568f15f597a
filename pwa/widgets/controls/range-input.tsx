// A number on a scale: slide it, step it or write it. Nothing is chosen before somebody chose.
import { useWording } from "../../i18n.ts";
import { numberText } from "../answer-text.ts";
import { Icon } from "../icon.tsx";
import { Echo, useTypedNumber } from "./number-input.tsx";
import type { ControlProps } from "./control.ts";
import { scaleOf } from "../scale.ts";

export function RangeInput({ field, id, describedBy, labelledBy, isWrong }: ControlProps) {
  const { language, say } = useWording();
  const scale = scaleOf(field.parameters);
  const number = field.value === "" ? Number.NaN : Number(field.value);
  const isSet = Number.isFinite(number);
  const typing = useTypedNumber(field);
  const { start, end } = scale;
  return (
    <div
      class={isSet ? "range" : "range range--unset"}
      role="group"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
    >
      <div class="range__figures">
        <Step sign={-1} scale={scale} set={() => field.set(scale.stepped(number, -1))} isEnd={number <= start} />
        <input
          class="input range__number"
          type="text"
          inputMode="decimal"
          autocomplete="off"
          placeholder="–"
          aria-label={say("range_number")}
          aria-required={field.required}
          aria-invalid={isWrong}
          {...typing.input}
        />
        <Step sign={1} scale={scale} set={() => field.set(scale.stepped(number, 1))} isEnd={number >= end} />
      </div>
      <Echo typing={typing} id={`${id}-echo`} />
      <input
        class="range__slider"
        id={`${id}-slider`}
        type="range"
        min={start}
        max={end}
        step={scale.step}
        value={isSet ? number : start}
        aria-label={say("range_slider")}
        aria-valuetext={isSet ? numberText(field.value, language) : say("range_unset")}
        style={{ "--range-fill": isSet ? `${(100 * (number - start)) / (end - start)}%` : "0%" }}
        onInput={(event) => field.set(event.currentTarget.value)}
        // A tap on the place where it stands unseen changes nothing by itself.
        onClick={(event) => isSet || field.set(event.currentTarget.value)}
      />
      <p class="range__ends">
        <span>{numberText(scale.spelled(start), language)}</span>
        <span>{isSet ? "" : say("range_unset")}</span>
        <span>{numberText(scale.spelled(end), language)}</span>
      </p>
    </div>
  );
}

interface StepProps {
  sign: 1 | -1;
  scale: ReturnType<typeof scaleOf>;
  set: () => void;
  isEnd: boolean;
}

function Step({ sign, scale, set, isEnd }: StepProps) {
  const { language, say } = useWording();
  const step = numberText(scale.spelled(scale.step), language);
  return (
    <button
      type="button"
      class="button range__step"
      aria-label={say(sign < 0 ? "range_less" : "range_more", { step })}
      aria-disabled={isEnd}
      onClick={() => isEnd || set()}
    >
      <Icon name={sign < 0 ? "minus" : "plus"} />
    </button>
  );
}
