// An officer whom the centre has not confirmed yet, or has refused: what it means and what to do.
import { useState } from "preact/hooks";
import { useWording, type Say } from "../../i18n.ts";
import { confirmIdentity, type Readiness } from "../../sync/session.ts";
import { CredentialsForm } from "../../widgets/credentials-form.tsx";
import { Message } from "../../widgets/message.tsx";
import { awayWords } from "../away.ts";
import { useWork } from "../work.ts";

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
  const [mistake, setMistake] = useState<string | null>(null);
  const { username } = session.vault.row;
  const confirm = async (typed: { username: string; password: string }) => {
    const readiness = await confirmIdentity(server, session, typed);
    if (readiness === "ready") await traffic.sendNow();
    else setMistake(mistakeIn(readiness, say));
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
          mistake={mistake}
          action={say("confirm_identity")}
          submit={confirm}
        />
      </div>
    </div>
  );
}

function mistakeIn(readiness: Exclude<Readiness, "ready">, say: Say): string {
  if (readiness === "refused") return say("wrong_credentials");
  if (readiness === "too_many_attempts") return say("too_many_attempts_here");
  return say("send_away", { why: awayWords(readiness, say) });
}
