// What respondents are told about their data: to be read out, or handed over to be read.
import { useEffect, useRef } from "preact/hooks";
import type { Notices } from "../../generated/schemas.ts";
import { useWording } from "../../i18n.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Message } from "../../widgets/message.tsx";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { goBackWherever } from "../route.ts";

/** The worker keeps it with the app, so it opens without network. */
const SOURCE = "/field/notice.json";

export function NoticePage({ form }: { form: string }) {
  const { language, say } = useWording();
  const heading = useRef<HTMLHeadingElement>(null);
  const loaded = useLoaded(loadNotices, []);
  useEffect(() => heading.current?.focus(), []);
  const notices = loaded?.found ? Object.entries(loaded.found.notices) : [];
  const shown = notices.filter(([id]) => form === "" || id === form);
  return (
    <div class="stack stack--wide">
      <div>
        <button type="button" class="button" onClick={goBackWherever}>
          <Icon name="back" />
          {say("previous")}
        </button>
      </div>
      <h1 tabIndex={-1} ref={heading}>
        {say("notice")}
      </h1>
      {loaded && !loaded.found && (
        <Message tone="waiting" title={say("notice")}>
          <p>{say("notice_missing")}</p>
        </Message>
      )}
      {/* For the officer, at home; whoever is interviewed reads only what is said to them. */}
      {loaded?.found && form === "" && <p class="soft">{loaded.found.draft[language]}</p>}
      {(shown.length > 0 ? shown : notices).map(([id, { title, points }]) => (
        <article class="stack" key={id}>
          <h2>{title[language]}</h2>
          {points.map((point, at) => (
            <section class="stack stack--close" key={at}>
              <h3>
                {at + 1}. {point.heading[language]}
              </h3>
              <p>{point.text[language]}</p>
            </section>
          ))}
        </article>
      ))}
    </div>
  );
}

async function loadNotices(): Promise<{ found: Notices | null }> {
  try {
    const answer = await fetch(SOURCE);
    return { found: answer.ok ? ((await answer.json()) as Notices) : null };
  } catch {
    return { found: null };
  }
}
