// The respondent went away: the interview is sent as it is, once the officer has said so twice.
import { useState } from "preact/hooks";
import { useWording } from "../../i18n.ts";
import { AskAgain } from "../../widgets/ask-again.tsx";
import { kindName, type Kind } from "../kinds.ts";

interface BreakOffProps {
  kind: Kind;
  count: number;
  isDisabled: boolean;
  send: () => void;
}

export function BreakOff({ kind, count, isDisabled, send }: BreakOffProps) {
  const { say } = useWording();
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <button type="button" class="button button--plain" onClick={() => setAsking(true)}>
        {say("break_off", { what: kindName(kind, say) })}
      </button>
    );
  }
  return (
    <div class="card card--close stack stack--close" role="alert">
      <p>{say("break_off_ask", { count })}</p>
      <AskAgain no="break_off_no" yes="break_off_yes" leave={() => setAsking(false)} go={send} {...{ isDisabled }} />
    </div>
  );
}
