// How far this tablet can be relied on without a network, without promising more than is so.
import { sizeInWords, useWording } from "../i18n.ts";
import { readCatalogue } from "../store/catalogue.ts";
import type { Store } from "../store/database.ts";
import { storageState, type StorageState } from "../store/device.ts";
import { Icon, type IconName } from "../widgets/icon.tsx";
import { useAppVersion } from "./app-version.ts";
import { useLoaded } from "./loaded.ts";
import { useWork, type Traffic } from "./work.ts";

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
  const state = useTabletState(store, traffic);
  if (!state) return null;
  const { hasApp, hasForms, isReady, storage } = state;
  const used = sizeInWords(storage.usage ?? 0, language);
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
        <Fact
          icon="storage"
          isGood={storage.persisted === true}
          title={say(storage.persisted ? "storage_kept" : "storage_not_kept")}
          text={say(storage.persisted ? "storage_kept_text" : "storage_not_kept_text", { used })}
        />
      </ul>
      <p class="soft">
        <small>{say("app_version", { version: appVersion })}</small>
      </p>
    </section>
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
