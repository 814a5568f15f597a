// How many anonymous records wait on this tablet and have left it: a count is all there is to show.
import { useWording } from "../../i18n.ts";
import { countAnonymous } from "../../store/records/anonymous.ts";
import { sendAnonymousAtOnce } from "../../sync/upload-anonymous.ts";
import { Icon } from "../../widgets/icon.tsx";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { useWork } from "../work.ts";

export function AnonymousRecords() {
  const { say } = useWording();
  const { store, session, traffic } = useWork();
  const counts = useLoaded(() => countAnonymous(store), [store, traffic.round]);
  if (!counts || counts.waiting + counts.delivered === 0) return null;
  const send = () => {
    sendAnonymousAtOnce(session.vault);
    void traffic.sendNow();
  };
  return (
    <section class="card stack stack--close" aria-labelledby="anonymous-title">
      <h2 class="card__title" id="anonymous-title">
        {say("anonymous_title")}
      </h2>
      <p role="status">
        {counts.waiting > 0 ? say("anonymous_waiting", { count: counts.waiting }) : say("anonymous_none_waiting")}
      </p>
      {counts.delivered > 0 && <p class="soft">{say("anonymous_delivered", { count: counts.delivered })}</p>}
      {counts.waiting > 0 && (
        <>
          <p class="soft">{say("anonymous_at_once_text")}</p>
          <div>
            <button type="button" class="button" onClick={send}>
              <Icon name="send" />
              {say("anonymous_at_once")}
            </button>
          </div>
        </>
      )}
    </section>
  );
}
