// An officer whom the centre has not confirmed yet, or has refused: what it means and what to do.
import { useState } from "preact/hooks";
import { useWording, type TextKey } from "../i18n.ts";
import { confirmIdentity } from "../sync/session.ts";
import { CredentialsForm } from "../widgets/credentials-form.tsx";
import { Message } from "../widgets/message.tsx";
import { useWork } from "./work.ts";

export function IdentityNotice() {
  const { say } = useWording();
  const { session } = useWork();
  const { identity } = session.vault.row;
  if (identity === "confirmed") return null;
  if (identity === "unconfirmed") {
    return (
      <Message tone="waiting" icon="person" title={say("identity_waiting_title")}>
        <p>{say("identity_waiting_text")}</p>
      </Message>
    );
  }
  return <Refused />;
}

function Refused() {
  const { say } = useWording();
  const { server, session, traffic } = useWork();
  const [mistake, setMistake] = useState<TextKey | null>(null);
  const { username } = session.vault.row;
  const confirm = async (typed: { username: string; password: string }) => {
    const readiness = await confirmIdentity(server, session, typed);
    if (readiness === "ready") await traffic.sendNow();
    else setMistake(MISTAKES[readiness]);
  };
  return (
    <div class="stack">
      <Message tone="bad" icon="person" title={say("identity_refused_title")}>
        <p>{say("identity_refused_text")}</p>
      </Message>
      <div class="card">
        <CredentialsForm
          officers={[]}
          firstUsername={username}
          mistake={mistake && say(mistake)}
          action={say("confirm_identity")}
          submit={confirm}
        />
      </div>
    </div>
  );
}

const MISTAKES = {
  refused: "wrong_credentials",
  unreachable: "send_unreachable",
  too_many_attempts: "too_many_attempts_here",
} as const;
