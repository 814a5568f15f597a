// How far this tablet can be relied on without a network, without promising more than is so.
import { sizeInWords, useWording, type Language, type TextKey } from "../../i18n.ts";
import { readCatalogue } from "../../store/catalogue.ts";
import type { Store } from "../../store/database.ts";
import { storageState, type StorageState } from "../../store/device.ts";
import { Icon, type IconName } from "../../widgets/icon.tsx";
import { useAppVersion } from "../app-version.ts";
import { useInstalling } from "./installing.ts";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { go, noticeRoute, SETTINGS } from "../route.ts";
import { useWork, type Traffic } from "../work.ts";

/** Less room than this is worth a word: some hundred interviews with photographs. */
const LITTLE_ROOM = 200_000_000;

export interface TabletState {
  readonly hasApp: boolean;
  readonly hasForms: boolean;
  readonly isReady: boolean;
  readonly storage: StorageState;
}

export function useTabletState(store: Store, traffic: Traffic): TabletState | null {
  const version = useAppVersion();
  return useLoaded(async () => {
    const hasApp = version.isComplete;
    const hasForms = ((await readCatalogue(store))?.forms.length ?? 0) > 0;
    return { hasApp, hasForms, isReady: hasApp && hasForms, storage: await storageState() };
  }, [store, traffic.round, version.isComplete]);
}

export function TabletStateCard() {
  const { language, say } = useWording();
  const { store, traffic, appVersion } = useWork();
  const { isInstalled } = useInstalling();
  const state = useTabletState(store, traffic);
  if (!state) return null;
  const { hasApp, isReady, storage } = state;
  return (
    <section class="card stack" aria-labelledby="tablet-title">
      <h2 class="card__title" id="tablet-title">
        {say("tablet_state")}
      </h2>
      <ul class="facts">
        <Fact
          icon={isReady ? "shield" : "alert"}
          isGood={isReady}
          title={say(isReady ? "offline_ready" : "offline_not_ready")}
          text={say(isReady ? "offline_ready_text" : hasApp ? "offline_no_forms" : "offline_no_worker")}
        />
        <Protection {...storage} />
        <Room {...storage} language={language} />
        <Fact
          icon="home"
          isGood={isInstalled}
          title={say(isInstalled ? "installed" : "not_installed")}
          text={say(isInstalled ? "installed_text" : "not_installed_text")}
        />
      </ul>
      <button type="button" class="button" onClick={() => go(SETTINGS)}>
        <Icon name="eye" />
        {say("settings")}
      </button>
      <button type="button" class="button" onClick={() => go(noticeRoute())}>
        <Icon name="info" />
        {say("notice")}
      </button>
      <p class="soft">
        <small>{say("app_version", { version: appVersion })}</small>
      </p>
    </section>
  );
}

/** Whether the browser promised to keep the records: yes, no, or it cannot say. */
function Protection({ persisted }: StorageState) {
  const { say } = useWording();
  const key = persisted === true ? "storage_kept" : persisted === false ? "storage_not_kept" : "storage_unknown";
  return (
    <Fact icon="storage" isGood={persisted === true} title={say(key)} text={say(`${key}_text` satisfies TextKey)} />
  );
}

function Room({ usage, quota, language }: StorageState & { language: Language }) {
  const { say } = useWording();
  if (usage === null || quota === null) return null;
  const free = Math.max(0, quota - usage);
  const isEnough = free >= LITTLE_ROOM;
  const sizes = { used: sizeInWords(usage, language), free: sizeInWords(free, language) };
  return (
    <Fact
      icon="tray"
      isGood={isEnough}
      title={say(isEnough ? "room_enough" : "room_little")}
      text={say(isEnough ? "room_enough_text" : "room_little_text", sizes)}
    />
  );
}

interface FactProps {
  icon: IconName;
  isGood: boolean;
  title: string;
  text: string;
}

function Fact({ icon, isGood, title, text }: FactProps) {
  return (
    <li class={isGood ? "fact fact--good" : "fact fact--waiting"}>
      <Icon name={icon} class="fact__icon" />
      <div>
        <strong>{title}</strong>
        <p class="soft">{text}</p>
      </div>
    </li>
  );
}
