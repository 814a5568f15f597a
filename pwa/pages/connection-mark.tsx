import { useWording } from "../i18n.ts";
import { Icon, type IconName } from "../widgets/icon.tsx";
import type { Connection } from "./work.ts";

const ICONS: Readonly<Record<Connection, IconName>> = {
  online: "online",
  offline: "offline",
  unreachable: "offline",
  portal: "offline",
  troubled: "alert",
};

/** Whether the centre can be reached now, in a word. */
export function ConnectionMark({ connection }: { connection: Connection }) {
  const { say } = useWording();
  return (
    <span class={`connection connection--${connection}`} role="status">
      <Icon name={ICONS[connection]} />
      <span class="connection__word">{say(connection)}</span>
    </span>
  );
}
