// What the tablet could not do in the last round, in words: what happened, what is kept, what to do.
import { useWording } from "../../i18n.ts";
import type { Trouble } from "../../sync/steps.ts";
import type { Outcome } from "../../sync/synchronise.ts";
import { Message } from "../../widgets/message.tsx";

export function RoundTroubles({ outcome }: { outcome: Outcome | null }) {
  const { say } = useWording();
  const troubles = outcome?.troubles ?? [];
  if (troubles.length === 0) return null;
  return (
    <div role="status">
      <Message tone="waiting" title={say("trouble_title")}>
        {troubles.map(({ step }) => (
          <p key={step}>{say(`trouble_${step}`)}</p>
        ))}
        {troubles.some(({ reason }) => reason === "quota") && <p>{say("trouble_full")}</p>}
        <p>{say("trouble_next", { code: troubles.map(codeOf).join(", ") })}</p>
      </Message>
    </div>
  );
}

/** What an officer can read out by telephone. */
function codeOf({ step, reason }: Trouble): string {
  return `${step}-${reason}`;
}
