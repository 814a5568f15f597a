// What the store says about the answers on the screen, and nothing nicer than that.
import { useWording, type TextKey } from "../../i18n.ts";
import type { NotSavedReason } from "../../store/problems.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Badge, Message } from "../../widgets/message.tsx";
import { useSaving, type Saver } from "../../interview/saving.ts";

/** Seen, not spoken: only what fails is worth interrupting a reader for. */
export function SavedMark({ saver }: { saver: Saver }) {
  const { say } = useWording();
  const { isRunning, failure } = useSaving(saver);
  return (
    <span class="saved-mark">
      {isRunning && <Badge tone="waiting">{say("saving")}</Badge>}
      {!isRunning && failure && <Badge tone="bad">{say("not_saved")}</Badge>}
      {!isRunning && !failure && <Badge tone="good">{say("saved")}</Badge>}
    </span>
  );
}

/** Nothing, as long as saving works. */
export function SaveNews({ saver }: { saver: Saver }) {
  const { failure } = useSaving(saver);
  return failure && <SaveFailed reason={failure} save={saver.save} />;
}

export function SaveFailed({ reason, save }: { reason: NotSavedReason; save: () => void }) {
  const { say } = useWording();
  return (
    <div role="alert">
      <Message tone="bad" title={say("not_saved")}>
        <p>{say(`not_saved_${reason}` satisfies TextKey)}</p>
        {RELOAD.has(reason) ? (
          <button type="button" class="button" onClick={() => location.reload()}>
            {say("reload")}
          </button>
        ) : (
          <button type="button" class="button" onClick={save}>
            <Icon name="storage" />
            {say("try_again")}
          </button>
        )}
      </Message>
    </div>
  );
}

/** What another tab has done since cannot be tried again over it. */
const RELOAD = new Set<NotSavedReason>(["newer_version", "changed_elsewhere", "already_finalised"]);
