// One interview, from its first question to its review: the engine's model lives as long as the room.
import { useEffect, useState } from "preact/hooks";
import type { InterviewModel, PageModel } from "../form/model.ts";
import { useWording } from "../i18n.ts";
import { holdVersion } from "../sync/app-version.ts";
import { Message } from "../widgets/message.tsx";
import { reopenInterview } from "./kept-interview.ts";
import { Review } from "./review.tsx";
import { go, HOME, type Route } from "./route.ts";
import { useChanges, useSaver } from "./saving.ts";
import { SectionPage } from "./section-page.tsx";
import { useWork } from "./work.ts";

type RoomRoute = Extract<Route, { screen: "interview" | "review" }>;
type Opened = { model: InterviewModel; page: string | null };

export function InterviewRoom({ route }: { route: RoomRoute }) {
  const { language } = useWording();
  const { session } = useWork();
  const [opened, setOpened] = useState<Opened | "gone" | null>(null);
  useEffect(() => {
    reopenInterview(session.vault, route.id, language).then(setOpened, () => setOpened("gone"));
    // The language is the model's own once it is open; only another interview opens anew.
  }, [session, route.id]);
  if (opened === "gone") return <Gone />;
  if (!opened) return <Opening />;
  return <Room {...opened} route={route} />;
}

function Room({ model, page, route }: Opened & { route: RoomRoute }) {
  const { language } = useWording();
  const { session } = useWork();
  useChanges(model);
  useEffect(() => model.setLanguage(language), [model, language]);
  useEffect(holdVersion, []);
  // Finished, but killed before it lay in the outbox: nothing is left to change, only to finish.
  const isOpen = route.screen === "interview" && model.draft().finished_at === null;
  const section = isOpen ? sectionOf(model, route.page || page) : null;
  const saver = useSaver(session.vault, model);
  useEffect(() => {
    if (section) saver.standAt(section.key);
  }, [saver, section?.key]);
  if (!section) return <Review model={model} saver={saver} />;
  const question = route.screen === "interview" ? route.question : "";
  return <SectionPage key={section.key} {...{ model, section, question, saver }} />;
}

/** The section of that key, the first one where it is no longer relevant. */
function sectionOf(model: InterviewModel, key: string | null): PageModel | null {
  return model.pages.find((page) => page.key === key) ?? model.pages[0] ?? null;
}

function Opening() {
  const { say } = useWording();
  return (
    <p role="status" class="soft">
      {say("opening")}
    </p>
  );
}

function Gone() {
  const { say } = useWording();
  return (
    <div class="stack">
      <h1>{say("interview")}</h1>
      <Message tone="plain">
        <p>{say("interview_gone")}</p>
      </Message>
      <button type="button" class="button button--primary" onClick={() => go(HOME)}>
        {say("to_home")}
      </button>
    </div>
  );
}
