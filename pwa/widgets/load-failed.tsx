// Something of this screen could not be read from the tablet: said once for all of it.
import { useWording } from "../i18n.ts";
import { failures } from "./loaded.ts";
import { Message } from "./message.tsx";
import { useWatched } from "./watched.ts";

export function LoadFailed() {
  const { say } = useWording();
  const failing = useWatched(failures.now, failures.subscribe, []);
  if (failing.size === 0) return null;
  const isOld = [...failing.values()].includes("newer_version");
  const tryAgain = () => [...failing.keys()].forEach((again) => again());
  return (
    <div class="load-failed" role="alert">
      <Message tone="bad" title={say("not_read")}>
        <p>{say(isOld ? "not_saved_newer_version" : "not_read_text")}</p>
        <button type="button" class="button" onClick={isOld ? () => location.reload() : tryAgain}>
          {say(isOld ? "reload" : "try_again")}
        </button>
      </Message>
    </div>
  );
}
