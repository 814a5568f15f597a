// The whole tablet: who is at work, in which language, on which screen.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useWording, WordingProvider, wordingIn, type Language } from "../i18n.ts";
import type { Store } from "../store/database.ts";
import type { Server } from "../sync/exchange.ts";
import { endSession, type Session } from "../sync/session.ts";
import { Frame, type FrameKind } from "../widgets/frame.tsx";
import { Icon } from "../widgets/icon.tsx";
import { AppearanceProvider, useKeptLook } from "./appearance.ts";
import { ConnectionMark } from "./connection-mark.tsx";
import { Drafts } from "./home/drafts.tsx";
import { Home } from "./home/home.tsx";
import { InterviewRoom } from "./interview/interview-room.tsx";
import { useIdleLock } from "./entrance/idle-lock.ts";
import { InstallingProvider, useInstallOffer, type InstallOffer } from "./home/installing.ts";
import { LaterScreen } from "./later.ts";
import { goHome, useRoute, type Route } from "./route.ts";
import { SignIn } from "./entrance/sign-in.tsx";
import { useTraffic, WorkProvider } from "./work.ts";

/** Screens that use whatever width there is. */
const KINDS: Partial<Record<Route["screen"], FrameKind>> = {
  interview: "page--room",
  review: "page--room",
  home: "page--desk",
  drafts: "page--desk",
  outbox: "page--desk",
};

export interface AppProps {
  store: Store;
  server: Server;
  appVersion: string;
  installOffer: InstallOffer;
  firstLanguage: Language;
  /** Bring the sentences of a language, and remember that it was chosen. */
  chooseLanguage: (language: Language) => Promise<void>;
}

export function App(props: AppProps) {
  const { store, appVersion, installOffer, firstLanguage } = props;
  const [language, setLanguage] = useState(firstLanguage);
  const [session, setSession] = useState<Session | null>(null);
  const route = useRoute();
  const look = useKeptLook();
  const installing = useInstallOffer(installOffer);
  const traffic = useTraffic(store, props.server, session);
  const { server } = traffic;
  const wording = useMemo(() => wordingIn(language), [language]);
  const chooseLanguage = (chosen: Language) => void props.chooseLanguage(chosen).then(() => setLanguage(chosen));
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `${wording.say("product")} · ${wording.say("product_line")}`;
  }, [language]);
  const last = useRef("");
  const begin = (begun: Session) => {
    // Another officer than the one who locked does not stand where that one stood.
    if (last.current && last.current !== begun.vault.row.id) goHome();
    last.current = begun.vault.row.id;
    setSession(begun);
  };
  const lock = useCallback(() => {
    if (!session) return;
    setSession(null);
    void endSession(server, session);
  }, [server, session]);
  useIdleLock(session, lock);
  if (!session) {
    return (
      <WordingProvider value={wording}>
        <Frame screen="sign-in" kind="page--entrance" chooseLanguage={chooseLanguage}>
          <InstallingProvider value={installing}>
            <SignIn {...{ store, server, traffic, begin }} />
          </InstallingProvider>
        </Frame>
      </WordingProvider>
    );
  }
  return (
    <WordingProvider value={wording}>
      <WorkProvider value={{ store, server, session, traffic, appVersion, lock }}>
        <AppearanceProvider value={look}>
          <InstallingProvider value={installing}>
            <Frame
              screen={route.screen}
              kind={KINDS[route.screen] ?? "page--narrow"}
              chooseLanguage={chooseLanguage}
              tools={<Tools connection={<ConnectionMark connection={traffic.connection} />} lock={lock} />}
            >
              <Screen route={route} />
            </Frame>
          </InstallingProvider>
        </AppearanceProvider>
      </WorkProvider>
    </WordingProvider>
  );
}

function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case "home":
      return <Home />;
    case "drafts":
      return <Drafts />;
    case "interview":
    case "review":
      return <InterviewRoom route={route} key={route.id} />;
    default:
      return <LaterScreen route={route} />;
  }
}

function Tools({ connection, lock }: { connection: preact.ComponentChildren; lock: () => void }) {
  const { say } = useWording();
  return (
    <>
      {connection}
      <button type="button" class="page__link" onClick={lock}>
        <Icon name="lock" />
        <span class="page__word">{say("lock")}</span>
      </button>
    </>
  );
}
