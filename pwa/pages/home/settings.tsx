// How the screens look: for weak eyes, and for the sun.
import { useWording, type TextKey } from "../../i18n.ts";
import { useAppearance, type Look } from "../appearance.ts";
import { Screen } from "../screen.tsx";

const LETTERS: readonly (readonly [Look["letters"], TextKey])[] = [
  ["normal", "letters_normal"],
  ["large", "letters_large"],
  ["larger", "letters_larger"],
];
const CONTRAST: readonly (readonly [Look["contrast"], TextKey])[] = [
  ["auto", "contrast_auto"],
  ["more", "contrast_more"],
];

export function Settings() {
  const { say } = useWording();
  const { letters, contrast, change } = useAppearance();
  return (
    <Screen title={say("settings")}>
      <Choice legend="letters" options={LETTERS} chosen={letters} choose={(chosen) => change({ letters: chosen })} />
      <Choice legend="contrast" options={CONTRAST} chosen={contrast} choose={(chosen) => change({ contrast: chosen })} />
      <p class="soft">{say("settings_note")}</p>
      <a class="button" href="/account/password">
        {say("own_password")}
      </a>
      <p class="soft">{say("own_password_note")}</p>
    </Screen>
  );
}

interface ChoiceProps<T extends string> {
  legend: TextKey;
  options: readonly (readonly [T, TextKey])[];
  chosen: T;
  choose: (chosen: T) => void;
}

function Choice<T extends string>({ legend, options, chosen, choose }: ChoiceProps<T>) {
  const { say } = useWording();
  return (
    <fieldset class="stack stack--close">
      <legend class="start__legend">{say(legend)}</legend>
      {options.map(([value, text]) => (
        <label class="choice" key={value}>
          <input
            class="choice__input"
            type="radio"
            name={legend}
            value={value}
            checked={value === chosen}
            onChange={() => choose(value)}
          />
          <span class="choice__label">{say(text)}</span>
        </label>
      ))}
    </fieldset>
  );
}
