// What the store says about the answers on the screen, and nothing nicer than that.
import { useWording, type Say, type TextKey } from "../i18n.ts";
import type { NotSavedReason } from "../store/problems.ts";
import { Icon } from "./icon.tsx";
import { Badge, Message } from "./message.tsx";

interface Saving {
  readonly isRunning: boolean;
  readonly failure: NotSavedReason | null;
}

export function SavedMark({ saving }: { saving: Saving }) {
  const { say } = useWording();
  return <span role="status">{badge(saving, say)}</span>;
}

function badge({ isRunning, failure }: Saving, say: Say) {
  if (isRunning) return <Badge tone="waiting">{say("saving")}</Badge>;
  if (failure) return <Badge tone="bad">{say("not_saved")}</Badge>;
  return <Badge tone="good">{say("saved")}</Badge>;
}

export function SaveFailed({ reason, save }: { reason: NotSavedReason; save: () => Promise<void> }) {
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
          <button type="button" class="button" onClick={() => void save()}>
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
