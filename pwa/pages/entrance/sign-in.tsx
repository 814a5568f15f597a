// The door: who works on this tablet, with or without a connection.
import { useState } from "preact/hooks";
import { useWording, type Say } from "../../i18n.ts";
import type { Store } from "../../store/database.ts";
import { officersHere, type Credentials } from "../../store/vault/vault.ts";
import type { Server } from "../../sync/exchange.ts";
import { signIn, type Session, type SignIn as Outcome } from "../../sync/session.ts";
import { Icon, Mark } from "../../widgets/icon.tsx";
import { Message } from "../../widgets/message.tsx";
import { CredentialsForm } from "../../widgets/credentials-form.tsx";
import { BeforeInstalling } from "./before-installing.tsx";
import { awayWords } from "../away.ts";
import { FirstOffline, PreviousPassword } from "../later.ts";
import { PortalNotice } from "../portal-notice.tsx";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { PrivateWindow } from "./private-window.tsx";
import { RoundTroubles } from "../outbox/round-troubles.tsx";
import { useTabletState } from "../home/tablet-state.tsx";
import type { Traffic } from "../work.ts";

interface SignInProps {
  store: Store;
  server: Server;
  traffic: Traffic;
  begin: (session: Session) => void;
}

export function SignIn(props: SignInProps) {
  const { say } = useWording();
  const { store, server, traffic, begin } = props;
  const [outcome, setOutcome] = useState<Exclude<Outcome, { kind: "signed_in" }> | null>(null);
  const [credentials, setCredentials] = useState<Credentials | null>(null);
  const officers = useLoaded(() => officersHere(store), [store]);
  const enter = async (typed: Credentials) => {
    setCredentials(typed);
    const reached = await signIn(store, server, typed);
    if (reached.kind === "signed_in") begin(reached.session);
    else setOutcome(reached);
  };
  const leave = () => setOutcome(null);
  if (outcome?.kind === "first_offline" && credentials) {
    return <FirstOffline {...{ store, credentials, begin, leave }} why={outcome.why} />;
  }
  if (outcome?.kind === "password_changed" && credentials) {
    return <PreviousPassword {...{ store, server, credentials, begin, leave }} />;
  }
  if (!officers) return null;
  const known = officers[0];
  return (
    <div class="entrance">
      <div class="entrance__name">
        <Mark class="entrance__mark" />
        <p class="entrance__product">{say("product")}</p>
        <p class="soft">{say("product_line")}</p>
      </div>
      <div class="card stack">
        <h1 class="card__title">{say(known ? "unlock" : "sign_in")}</h1>
        <p class="soft">{say(known ? "unlock_lead" : "sign_in_lead")}</p>
        <CredentialsForm
          officers={officers}
          mistake={outcome ? mistakeIn(outcome, say) : null}
          action={say(known ? "unlock" : "sign_in")}
          submit={enter}
        />
      </div>
      <PortalNotice connection={traffic.connection} />
      <RoundTroubles outcome={traffic.outcome} />
      {(traffic.connection === "offline" || traffic.connection === "unreachable") && (
        <Message tone="waiting" icon="offline">
          <p>{say("sign_in_offline", { why: awayWords("unreachable", say) })}</p>
        </Message>
      )}
      <Readiness {...{ store, traffic }} />
      <BeforeInstalling store={store} round={traffic.round} />
      <PrivateWindow />
    </div>
  );
}

function Readiness({ store, traffic }: Pick<SignInProps, "store" | "traffic">) {
  const { say } = useWording();
  const state = useTabletState(store, traffic);
  if (!state?.isReady) return null;
  return (
    <p class="entrance__ready">
      <Icon name="shield" />
      {say("offline_ready")}
    </p>
  );
}

function mistakeIn(outcome: Outcome, say: Say): string {
  if (outcome.kind === "too_many_attempts") {
    return say("too_many_attempts", { seconds: outcome.seconds });
  }
  if (outcome.kind !== "wrong_passphrase") return say("wrong_credentials");
  return say("wrong_passphrase_offline", { why: awayWords(outcome.why, say) });
}
