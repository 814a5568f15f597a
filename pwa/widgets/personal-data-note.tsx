// A plain word under a text that seems to name somebody, and a button that takes it out. Never more:
// field data is not refused.
import type { FieldModel } from "../form/model.ts";
import { useWording } from "../i18n.ts";
import { personalDataIn, removed } from "../personal-data.ts";
import { Icon } from "./icon.tsx";
import { Message } from "./message.tsx";

export function PersonalDataNote({ field }: { field: FieldModel }) {
  const { say } = useWording();
  const finds = field.readOnly ? [] : personalDataIn(field.value);
  const kinds = [...new Set(finds.map(({ kind }) => say(`personal_${kind}`)))];
  const remove = () => {
    field.set(removed(field.value, finds));
    field.leave();
  };
  return (
    <div class="live" role="status">
      {finds.length > 0 && (
        <Message tone="waiting" icon="shield">
          <p>{say("personal_found", { kinds: kinds.join(", ") })}</p>
          <button type="button" class="button" onClick={remove}>
            <Icon name="cross" />
            {say("personal_remove")}
          </button>
        </Message>
      )}
    </div>
  );
}
