// "Gönder (n)": sends at once, shows how far it is, says plainly why it did not work.
import { useState } from "preact/hooks";
import { useWording, type Say } from "../../i18n.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Message } from "../../widgets/message.tsx";
import { awayWords } from "../away.ts";
import { KeyChanged } from "../later.ts";
import { useWork, type Traffic } from "../work.ts";

export function SendButton({ waiting }: { waiting: number }) {
  const { say } = useWording();
  const { traffic } = useWork();
  const [isSending, setSending] = useState(false);
  const [wasAsked, setAsked] = useState(false);
  const send = async () => {
    setSending(true);
    setAsked(true);
    await traffic.sendNow().finally(() => setSending(false));
  };
  const isBusy = isSending || traffic.progress !== null;
  const news = isBusy ? null : newsOf(traffic, waiting, say);
  return (
    <div class="send">
      {traffic.outcome?.isKeyChanged && <KeyChanged />}
      {waiting > 0 && (
        <button
          type="button"
          class="button button--primary button--big"
          aria-disabled={isBusy}
          onClick={() => isBusy || void send()}
        >
          <Icon name="send" />
          {isBusy ? say("sending") : say("send", { count: waiting })}
        </button>
      )}
      {traffic.progress && (
        <progress class="progress" max={traffic.progress.total} value={traffic.progress.delivered} aria-hidden="true" />
      )}
      <div class="live" role="status">
        {traffic.progress && (
          <p class="soft">
            {say("sending_progress", { done: traffic.progress.delivered, total: traffic.progress.total })}
          </p>
        )}
        {news && (wasAsked || news.always) && <Message tone={news.tone}>{news.text}</Message>}
      </div>
    </div>
  );
}

interface News {
  tone: "good" | "waiting" | "bad";
  text: string;
  /** Worth saying even when nobody tapped the button. */
  always: boolean;
}

function newsOf({ connection, outcome }: Traffic, waiting: number, say: Say): News | null {
  if (waiting === 0) {
    if (!outcome?.delivered) return null;
    return { tone: "good", text: say("sent_now", { count: outcome.delivered }), always: false };
  }
  if (connection === "offline") return { tone: "waiting", text: say("send_offline"), always: true };
  switch (outcome?.kind) {
    case "refused":
      return { tone: "waiting", text: say("send_identity"), always: true };
    case "not_allowed":
      return { tone: "bad", text: say("send_not_allowed"), always: true };
    case "unreachable":
    case "portal":
    case "down":
    case "busy":
    case "full":
      return { tone: "waiting", text: say("send_away", { why: awayWords(outcome.kind, say) }), always: true };
    case "elsewhere":
      return { tone: "waiting", text: say("send_elsewhere"), always: false };
    case "done":
      return { tone: "waiting", text: say("send_partly", { count: waiting }), always: outcome.left > 0 };
    default:
      return null;
  }
}
