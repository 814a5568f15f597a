// A five-point scale: five big targets in one row, and apart from them the answers that are no rating.
import type { Option } from "../../form/model.ts";
import { afterAnswer } from "../after-paint.ts";
import type { ControlProps } from "./control.ts";

export function Likert(props: ControlProps) {
  const { field, describedBy, labelledBy, isWrong } = props;
  const points = field.options.filter(isPoint);
  const others = field.options.filter((option) => !isPoint(option));
  return (
    <div
      class="likert"
      role="radiogroup"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      aria-required={field.required}
      aria-invalid={isWrong}
    >
      <div class="likert__scale">
        {points.map((option) => (
          <Point {...props} option={option} key={option.name} />
        ))}
      </div>
      {others.length > 0 && (
        <div class="likert__others">
          {others.map((option) => (
            <label class="choice choice--small" key={option.name}>
              <Radio {...props} option={option} class="choice__input" />
              <span class="choice__label">{option.label}</span>
            </label>
          ))}
        </div>
      )}
    </div>
  );
}

/** Missing codes are 90 and above by the convention of the questionnaires. */
function isPoint(option: Option): boolean {
  return Number(option.name) < 90;
}

function Point(props: ControlProps & { option: Option }) {
  return (
    <label class="likert__point">
      <Radio {...props} class="likert__input" />
      <span class="likert__figure" aria-hidden="true">
        {props.option.name}
      </span>
      <span class="likert__label">{props.option.label}</span>
    </label>
  );
}

function Radio({ field, id, option, class: className }: ControlProps & { option: Option; class: string }) {
  return (
    <input
      class={className}
      type="radio"
      name={id}
      value={option.name}
      checked={field.value === option.name}
      onChange={() => afterAnswer(() => field.set(option.name))}
    />
  );
}
