// On an iPad the app on the home screen keeps its own records: install first, then sign in. What was left in
// the browser's copy has to be sent from there.
import { useWording } from "../../i18n.ts";
import type { Store } from "../../store/database.ts";
import { countAll } from "../../store/records/unsent.ts";
import { Message } from "../../widgets/message.tsx";
import { InstallHint } from "../home/install-hint.tsx";
import { useInstalling } from "../home/installing.ts";
import { useLoaded } from "../../widgets/loading/loaded.ts";

export function BeforeInstalling({ store, round }: { store: Store; round: number }) {
  const { say } = useWording();
  const { isInstalled, device } = useInstalling();
  const left = useLoaded(() => countAll(store), [store, round]);
  if (isInstalled || device !== "apple") return null;
  return (
    <>
      {left !== null && left > 0 && (
        <Message tone="waiting" title={say("left_in_browser", { count: left })}>
          <p>{say("left_in_browser_text")}</p>
        </Message>
      )}
      <InstallHint />
      <p class="soft">{say("install_first")}</p>
    </>
  );
}
