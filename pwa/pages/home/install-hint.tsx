// How the app gets onto the home screen: one button where the browser lets us, else the steps.
import { useWording, type TextKey } from "../../i18n.ts";
import { Icon, type IconName } from "../../widgets/icon.tsx";
import { useInstalling, type Device } from "./installing.ts";

export function InstallHint() {
  const { say } = useWording();
  const { isInstalled, device, install } = useInstalling();
  if (isInstalled) return null;
  return (
    <section class="card stack" aria-labelledby="install-title">
      <h2 class="card__title" id="install-title">
        {say("install_title")}
      </h2>
      <p>{say(device === "apple" ? "install_why_apple" : "install_why")}</p>
      {install ? (
        <button type="button" class="button button--primary" onClick={() => void install()}>
          <Icon name="install" />
          {say("install_now")}
        </button>
      ) : (
        <ol class="install-steps">
          {STEPS[device].map(([icon, text]) => (
            <li class="install-step" key={text}>
              <Icon name={icon} class="install-step__icon" />
              <span>{say(text)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

const STEPS: Readonly<Record<Device, readonly (readonly [IconName, TextKey])[]>> = {
  apple: [
    ["share", "install_apple_share"],
    ["add", "install_apple_add"],
    ["home", "install_open"],
  ],
  android: [
    ["dots", "install_android_menu"],
    ["add", "install_android_add"],
    ["home", "install_open"],
  ],
  other: [
    ["install", "install_other"],
    ["home", "install_open"],
  ],
};
