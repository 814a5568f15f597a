// Nobody has signed in here before and the centre cannot be asked: work starts all the same.
import { useState } from "preact/hooks";
import { useWording } from "../../i18n.ts";
import type { Store } from "../../store/database.ts";
import type { Credentials } from "../../store/vault/vault.ts";
import type { Away } from "../../sync/stopping.ts";
import { startOffline, type Session } from "../../sync/session.ts";
import { PasswordField } from "../../widgets/credentials-form.tsx";
import { FirstHeading } from "../../widgets/first-heading.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { awayWords } from "../away.ts";

interface FirstOfflineProps {
  store: Store;
  credentials: Credentials;
  why: Away;
  begin: (session: Session) => void;
  leave: () => void;
}

export function FirstOffline({ store, credentials, why, begin, leave }: FirstOfflineProps) {
  const { say } = useWording();
  const [again, setAgain] = useState("");
  const [differ, setDiffer] = useState(false);
  const start = async (event: Event) => {
    event.preventDefault();
    if (again !== credentials.password) return setDiffer(true);
    begin(await startOffline(store, credentials));
  };
  return (
    <form class="card stack" onSubmit={(event) => void start(event)} noValidate>
      <FirstHeading>{say("first_offline_title")}</FirstHeading>
      <p>
        <strong>{credentials.username}</strong>
      </p>
      <p>{say("first_offline_text", { why: awayWords(why, say) })}</p>
      <p>{say("first_offline_careful")}</p>
      <PasswordField label={say("password_again")} value={again} change={setAgain} />
      <div class="live" role="alert">
        {differ && (
          <p class="field__error">
            <Icon name="alert" />
            <span>{say("passwords_differ")}</span>
          </p>
        )}
      </div>
      <button class="button button--primary button--big">{say("start_working")}</button>
      <button type="button" class="button button--plain" onClick={leave}>
        {say("back")}
      </button>
    </form>
  );
}
