import { useWording } from "../../i18n.ts";
import { isPrivateWindow } from "../../store/device.ts";
import { Message } from "../../widgets/message.tsx";
import { useLoaded } from "../../widgets/loading/loaded.ts";

/** Everything works in a private window, and all of it is gone when the window is closed: say so before. */
export function PrivateWindow() {
  const { say } = useWording();
  const isPrivate = useLoaded(() => isPrivateWindow(), []);
  if (!isPrivate) return null;
  return (
    <div role="status">
      <Message tone="bad">{say("private_window")}</Message>
    </div>
  );
}
