// The respondent went away: the interview is sent as it is, once the officer has said so twice.
import { useState } from "preact/hooks";
import { useWording } from "../i18n.ts";
import { kindName, type Kind } from "./kinds.ts";

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
      <div class="row">
        <button type="button" class="button" onClick={() => setAsking(false)}>
          {say("break_off_no")}
        </button>
        <button type="button" class="button button--danger" disabled={isDisabled} onClick={send}>
          {say("break_off_yes")}
        </button>
      </div>
    </div>
  );
}
