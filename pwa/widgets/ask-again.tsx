// Asked once more before what cannot be taken back: the harmless way stands first.
import { useWording, type TextKey } from "../i18n.ts";
import { Icon, type IconName } from "./icon.tsx";

interface AskAgainProps {
  no: TextKey;
  yes: TextKey;
  icon?: IconName;
  isDisabled?: boolean;
  leave: () => void;
  go: () => void;
}

export function AskAgain({ no, yes, icon, isDisabled = false, leave, go }: AskAgainProps) {
  const { say } = useWording();
  return (
    <div class="row">
      <button type="button" class="button" onClick={leave}>
        {say(no)}
      </button>
      <button type="button" class="button button--danger" disabled={isDisabled} onClick={go}>
        {icon && <Icon name={icon} />}
        {say(yes)}
      </button>
    </div>
  );
}
