// Wiring only: the store, the app's own files, the language, and the screen that shows them.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { App } from "./pages/app.tsx";
import { AppVersionProvider } from "./pages/app-version.ts";
import { catchInstallOffer } from "./pages/home/installing.ts";
import { bringScreens } from "./pages/later.ts";
import { OpenFailed } from "./pages/entrance/open-failed.tsx";
import { recallTime } from "./store/clock.ts";
import { openStore, type Store } from "./store/database.ts";
import { requestPersistence } from "./store/device.ts";
import { watchAppVersion, type AppVersion } from "./sync/app-version.ts";
import { answerInTurn } from "./widgets/after-paint.ts";
import { bringControls } from "./widgets/questions/later.ts";
import { learn, type Language } from "./i18n.ts";

const WORKER = "/field/service-worker.js";
/** How often to look for a newer version of the app. */
const CHECK_MS = 60 * 60 * 1000;
const LANGUAGE = "izdes.language";
const installOffer = catchInstallOffer();

function Tablet({ store, place }: { store: Store; place: HTMLElement }) {
  const [files, setFiles] = useState<AppVersion | null>(null);
  const [isComplete, setComplete] = useState(false);
  const [isWaiting, setWaiting] = useState(false);
  useEffect(() => {
    let watched: AppVersion | null = null;
    const check = () => void (document.visibilityState === "visible" && watched?.check());
    const look = () => void watched?.isComplete().then(setComplete);
    const events = {
      onReady: look,
      onWaiting: () => setWaiting(true),
      onTakenOver: () => location.reload(),
    };
    void watchAppVersion(WORKER, events).then((version) => {
      watched = version;
      setFiles(version);
      look();
    });
    document.addEventListener("visibilitychange", check);
    const timer = setInterval(check, CHECK_MS);
    return () => {
      document.removeEventListener("visibilitychange", check);
      clearInterval(timer);
    };
  }, []);
  const takeOver = async () => (await files?.takeOver()) ?? false;
  return (
    <AppVersionProvider value={{ isComplete, isWaiting, takeOver }}>
      <App
        store={store}
        server={{ origin: "" }}
        appVersion={place.dataset["version"] ?? ""}
        installOffer={installOffer}
        firstLanguage={chosenLanguage()}
        chooseLanguage={async (language) => {
          await learn(language, place.dataset["english"] ?? "");
          localStorage.setItem(LANGUAGE, language);
        }}
      />
    </AppVersionProvider>
  );
}

function chosenLanguage(): Language {
  return localStorage.getItem(LANGUAGE) === "en" ? "en" : "tr";
}

async function start(place: HTMLElement): Promise<void> {
  const fail = () => render(<OpenFailed language={chosenLanguage()} />, place);
  try {
    // Without its sentences the tablet works all the same, in Turkish.
    await learn(chosenLanguage(), place.dataset["english"] ?? "").catch(() => undefined);
    const store = await openStore("izdes", { blocked: fail });
    // Without it the tablet's own clock is believed until the centre says otherwise.
    await recallTime(store).catch(() => undefined);
    render(<Tablet store={store} place={place} />, place);
    // Where no worker keeps them, what is not here by the time the network goes never comes.
    void Promise.allSettled([bringScreens(), bringControls()]);
    await requestPersistence();
  } catch {
    fail();
  }
}

answerInTurn();
void start(document.getElementById("app")!);
