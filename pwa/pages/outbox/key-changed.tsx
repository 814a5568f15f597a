// The centre signs its receipts with another key than before: a person compares, then decides.
import { useState } from "preact/hooks";
import { useWording } from "../../i18n.ts";
import { pinnedKey, trustOfferedKey } from "../../store/catalogue.ts";
import { fingerprint } from "../../store/records/receipts.ts";
import { AskAgain } from "../../widgets/ask-again.tsx";
import { Message } from "../../widgets/message.tsx";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { useWork } from "../work.ts";

export function KeyChanged() {
  const { say } = useWording();
  const { store, traffic } = useWork();
  const [isAsking, setAsking] = useState(false);
  const offered = useLoaded(async () => {
    const key = (await pinnedKey(store))?.offered;
    return key ? { id: key.key_id, fingerprint: await fingerprint(key) } : undefined;
  }, [store, traffic.round]);
  if (!offered) return null;
  const trust = async () => {
    await trustOfferedKey(store, offered.id);
    await traffic.sendNow();
  };
  return (
    <Message tone="bad" title={say("key_changed_title")}>
      <p>{say("key_changed_text")}</p>
      <p class="figures">{offered.fingerprint}</p>
      {isAsking ? (
        <AskAgain no="key_changed_no" yes="key_changed_yes" leave={() => setAsking(false)} go={() => void trust()} />
      ) : (
        <button type="button" class="button" onClick={() => setAsking(true)}>
          {say("key_changed_compared")}
        </button>
      )}
    </Message>
  );
}
