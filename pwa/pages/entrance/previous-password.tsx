// The centre knows a new password; the records on this tablet are still locked with the previous one.
import { useState } from "preact/hooks";
import { useWording, type Say } from "../../i18n.ts";
import type { Store } from "../../store/database.ts";
import type { Credentials } from "../../store/vault/vault.ts";
import type { Server } from "../../sync/exchange.ts";
import { openWithPrevious, startAnew, type Session, type SignIn } from "../../sync/session.ts";
import { PasswordField } from "../../widgets/credentials-form.tsx";
import { FirstHeading } from "../../widgets/first-heading.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { awayWords } from "../away.ts";

interface PreviousPasswordProps {
  store: Store;
  server: Server;
  credentials: Credentials;
  begin: (session: Session) => void;
  leave: () => void;
}

export function PreviousPassword({ store, server, credentials, begin, leave }: PreviousPasswordProps) {
  const { say } = useWording();
  const [previous, setPrevious] = useState("");
  const [mistake, setMistake] = useState<string | null>(null);
  const [isForgotten, setForgotten] = useState(false);
  const settle = (outcome: SignIn) => {
    if (outcome.kind === "signed_in") begin(outcome.session);
    else setMistake(mistakeIn(outcome, say));
  };
  const open = async (event: Event) => {
    event.preventDefault();
    settle(await openWithPrevious(store, server, { ...credentials, previous }));
  };
  return (
    <form class="card stack" onSubmit={(event) => void open(event)} noValidate>
      <FirstHeading>{say("password_changed_title")}</FirstHeading>
      <p>{say("password_changed")}</p>
      <PasswordField label={say("previous_password")} value={previous} change={setPrevious} />
      <div class="live" role="alert">
        {mistake && (
          <p class="field__error">
            <Icon name="alert" />
            <span>{mistake}</span>
          </p>
        )}
      </div>
      <button class="button button--primary button--big">{say("unlock")}</button>
      {isForgotten ? (
        <div class="message message--waiting" role="status">
          <div class="message__text stack">
            <p>{say("start_anew_text")}</p>
            <button
              type="button"
              class="button"
              onClick={() => void startAnew(store, server, credentials).then(settle)}
            >
              {say("start_anew")}
            </button>
          </div>
        </div>
      ) : (
        <button type="button" class="button button--plain" onClick={() => setForgotten(true)}>
          {say("previous_forgotten")}
        </button>
      )}
      <button type="button" class="button button--plain" onClick={leave}>
        {say("back")}
      </button>
    </form>
  );
}

/** The previous password may be wrong, or the centre could not be asked about the new one. */
function mistakeIn(outcome: SignIn, say: Say): string {
  if (outcome.kind === "not_started") return say("not_started", { why: awayWords(outcome.why, say) });
  if (outcome.kind === "too_many_attempts") return say("too_many_attempts", { seconds: outcome.seconds });
  return say(outcome.kind === "wrong_credentials" ? "wrong_credentials" : "previous_wrong");
}
