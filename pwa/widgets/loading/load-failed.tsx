// Something of this screen could not be read from the tablet: said once for all of it.
import { useWording } from "../../i18n.ts";
import { failures, type Failing } from "./loaded.ts";
import { Message } from "../message.tsx";
import { useWatched } from "../watched.ts";

export function LoadFailed() {
  const { say } = useWording();
  const failing = useFailing();
  if (failing.size === 0) return null;
  const reasons = [...failing.values()];
  const isOld = reasons.includes("newer_version");
  const isPart = reasons.every((reason) => reason === "part_missing");
  const text = isPart ? "part_missing_text" : isOld ? "not_saved_newer_version" : "not_read_text";
  const tryAgain = () => [...failing.keys()].forEach((again) => again());
  return (
    <div class="load-failed" role="alert">
      <Message tone="bad" title={say(isPart ? "part_missing" : "not_read")}>
        <p>{say(text)}</p>
        <div class="row">
          {!isOld && (
            <button type="button" class="button" onClick={tryAgain}>
              {say("try_again")}
            </button>
          )}
          {/* Some browsers ask for a file that did not come only once in the life of a page. */}
          {(isOld || isPart) && (
            <button type="button" class="button" onClick={() => location.reload()}>
              {say("reload")}
            </button>
          )}
        </div>
      </Message>
    </div>
  );
}

/** What of this screen could not be loaded. */
export function useFailing(): Failing {
  return useWatched(failures.now, failures.subscribe, []);
}
