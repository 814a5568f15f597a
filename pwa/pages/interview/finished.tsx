// An interview is done: the code for the respondent, and where the record is now.
import { useEffect, useRef } from "preact/hooks";
import { useWording, type TextKey } from "../../i18n.ts";
import { waitingId } from "../../store/records/anonymous.ts";
import { findRecord, type OutboxItem } from "../../store/records/outbox.ts";
import type { OpenVault } from "../../store/vault/vault.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Message } from "../../widgets/message.tsx";
import { interviewCode } from "../../interview/kept-interview.ts";
import { kindName, kindOf, type Kind } from "../kinds.ts";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { Receipt } from "../outbox/receipt.tsx";
import { go, goHome, outboxRoute } from "../route.ts";
import { Screen } from "../screen.tsx";
import { useWork } from "../work.ts";

export function Finished({ id }: { id: string }) {
  const { say } = useWording();
  const { session, traffic } = useWork();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const found = useLoaded(() => codedRecord(session.vault, id), [session, traffic.round, id]);
  // What is not here, or went without a trace as anonymous records do, gets no promise.
  if (found === null || found.code === null) return found && <NotHere />;
  const { record, code, isAnonymous } = found;
  // Anonymous forms are staff interviews.
  const kind = record ? kindOf(record.form_id) : "staff";
  return (
    <div class="stack stack--wide">
      <div class="done">
        <Icon name="check" class="done__icon" />
        <h1 tabIndex={-1} ref={heading}>
          {say("finished_title", { what: kindName(kind, say) })}
        </h1>
      </div>
      <section class="card code" aria-labelledby="code-title">
        <h2 class="code__title" id="code-title">
          {say("code_title", { what: kindName(kind, say) })}
        </h2>
        <p class="code__figures figures">{code}</p>
        <p class="soft">{say(CODE_TEXTS[kind] ?? "code_text_others")}</p>
      </section>
      <div role="status">
        {record?.receipt ? (
          <Message tone="good" title={say("record_delivered")}>
            <Receipt receipt={record.receipt} />
          </Message>
        ) : (
          <Message tone="plain" icon="tray">
            <p>{say(isAnonymous ? "finished_anonymous" : "finished_text")}</p>
          </Message>
        )}
      </div>
      <div class="stack">
        <button type="button" class="button button--primary button--big" onClick={goHome}>
          {say("to_home")}
        </button>
        <button type="button" class="button" onClick={() => go(outboxRoute())}>
          {say("outbox_open")}
        </button>
      </div>
    </div>
  );
}

/** Whoever was interviewed gets the code; a unit or a meeting has nobody to give it to. */
const CODE_TEXTS: Partial<Record<Kind, TextKey>> = {
  interview: "code_text",
  staff: "code_text",
  record: "code_text_record",
};

interface Coded {
  readonly record: OutboxItem | null;
  readonly code: string | null;
  readonly isAnonymous: boolean;
}

async function codedRecord(vault: OpenVault, id: string): Promise<Coded> {
  const record = await findRecord(vault, id);
  const anonymous = record ? null : await waitingId(vault, id);
  const number = record?.instance_id ?? anonymous;
  return { record, code: number && interviewCode(number), isAnonymous: anonymous !== null };
}

function NotHere() {
  const { say } = useWording();
  return (
    <Screen title={say("record_title")}>
      <Message tone="plain">
        <p>{say("record_gone")}</p>
      </Message>
    </Screen>
  );
}
