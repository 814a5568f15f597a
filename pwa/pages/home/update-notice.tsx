import { useState } from "preact/hooks";
import { useWording } from "../../i18n.ts";
import { Message } from "../../widgets/message.tsx";
import { useAppVersion } from "../app-version.ts";

/** Asks before the app is exchanged; shown at home only, where no interview is open. */
export function UpdateNotice() {
  const { say } = useWording();
  const { isWaiting, takeOver } = useAppVersion();
  const [isPutOff, setPutOff] = useState(false);
  const [isHeld, setHeld] = useState(false);
  if (!isWaiting || isPutOff) return null;
  return (
    <Message tone="plain" title={say("update_title")}>
      <p>{say(isHeld ? "update_held" : "update_text")}</p>
      <div class="row">
        <button
          type="button"
          class="button button--primary"
          onClick={() => void takeOver().then((isTaken) => setHeld(!isTaken))}
        >
          {say("update_now")}
        </button>
        <button type="button" class="button" onClick={() => setPutOff(true)}>
          {say("update_later")}
        </button>
      </div>
    </Message>
  );
}
