import { useWording } from "../i18n.ts";
import { Icon } from "../widgets/icon.tsx";
import type { Connection } from "./work.ts";

/** Whether the centre can be reached now, in a word. */
export function ConnectionMark({ connection }: { connection: Connection }) {
  const { say } = useWording();
  return (
    <span class={`connection connection--${connection}`} role="status">
      <Icon name={connection === "online" ? "online" : "offline"} />
      <span class="connection__word">{say(connection)}</span>
    </span>
  );
}
