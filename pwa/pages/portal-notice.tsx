// A network that wants a sign-in of its own before it lets anything through: in a hotel, at a unit.
import { useWording } from "../i18n.ts";
import { Message } from "../widgets/message.tsx";
import type { Connection } from "./work.ts";

/** A page outside the app, so that no worker answers it: the network puts its own page in its place. */
const OUTSIDE = "/healthz";

export function PortalNotice({ connection }: { connection: Connection }) {
  const { say } = useWording();
  return (
    <div role="status">
      {connection === "portal" && (
        <Message tone="waiting" icon="offline" title={say("away_portal")}>
          <p>{say("portal_text")}</p>
          <a class="button" href={OUTSIDE} target="_blank" rel="noopener">
            {say("portal_open")}
          </a>
        </Message>
      )}
    </div>
  );
}
