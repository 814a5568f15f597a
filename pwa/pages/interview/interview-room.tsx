// One interview, from its first question to its review: the engine's model lives as long as the room.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Draft, InterviewModel, PageModel } from "../../form/model.ts";
import { useWording, type Language } from "../../i18n.ts";
import { centreTime } from "../../store/clock.ts";
import { NotFound } from "../../store/problems.ts";
import type { OpenVault } from "../../store/vault/vault.ts";
import { holdVersion } from "../../sync/app-version.ts";
import { FilesProvider } from "../../widgets/files/files.ts";
import { useLoaded } from "../../widgets/loading/loaded.ts";
import { Message } from "../../widgets/message.tsx";
import { Opening } from "../../widgets/loading/opening.tsx";
import { useKeptFiles } from "../../interview/kept-files.ts";
import { modelOf, reopenInterview, type Opened } from "../../interview/kept-interview.ts";
import { Review } from "../later.ts";
import { openQuestion, wordsOf, type Standing } from "./resumed.tsx";
import { goHome, type Route } from "../route.ts";
import { useChanges, useSaver } from "../../interview/saving.ts";
import { useSeat, type Seat } from "../../interview/seat.ts";
import { SectionPage } from "./section-page.tsx";
import { useWork } from "../work.ts";

type RoomRoute = Extract<Route, { screen: "interview" | "review" }>;

export function InterviewRoom({ route }: { route: RoomRoute }) {
  const seat = useSeat(route.id);
  if (seat.state === "asking") return <Opening />;
  if (seat.state === "elsewhere") return <OpenElsewhere takeOver={seat.takeOver} />;
  return <Seated route={route} seat={seat} />;
}

function Seated({ route, seat }: { route: RoomRoute; seat: Seat }) {
  const { language } = useWording();
  const { session } = useWork();
  const files = useKeptFiles(session.vault, route.id);
  // The language is the model's own once it is open; only another interview opens anew.
  const found = useLoaded(() => foundInterview(session.vault, route.id, language), [session, route.id]);
  const [restored, setOpened] = useState<Opened | null>(null);
  const opened = restored ?? found;
  const reopen = async (draft: Draft, page: string) => {
    if (opened === null || opened === "gone") return;
    const { correction, noted, isCentreTime } = opened;
    const model = await modelOf(session.vault, draft, { language, correction, isCentreTime });
    setOpened({ model, page, last: null, savedAt: centreTime().getTime(), correction, noted, isCentreTime });
  };
  if (opened === "gone") return <Gone />;
  if (!opened) return <Opening />;
  return (
    <FilesProvider value={files}>
      <Room opened={opened} route={route} seat={seat} reopen={(draft, page) => void reopen(draft, page)} />
    </FilesProvider>
  );
}

/** "gone" where there is none; one that cannot be read is not gone. */
function foundInterview(vault: OpenVault, id: string, language: Language): Promise<Opened | "gone"> {
  return reopenInterview(vault, id, language).catch((error: unknown) => {
    if (error instanceof NotFound) return "gone";
    throw error;
  });
}

interface RoomProps {
  opened: Opened;
  route: RoomRoute;
  seat: Seat;
  reopen: (draft: Draft, page: string) => void;
}

function Room({ opened, route, seat, reopen }: RoomProps) {
  const { language } = useWording();
  const { session } = useWork();
  const { model } = opened;
  useChanges(model);
  useEffect(() => model.setLanguage(language), [model, language]);
  useEffect(holdVersion, []);
  // Finished, but killed before it lay in the outbox: nothing is left to change, only to finish.
  const isOpen = route.screen === "interview" && model.draft().finished_at === null;
  const section = isOpen ? sectionOf(model, (route.screen === "interview" && route.page) || opened.page) : null;
  const saver = useSaver(session.vault, opened);
  seat.flush.current = saver.flush;
  const standing = useStanding(opened, section);
  useEffect(() => {
    if (section) saver.standAt(section.key);
  }, [saver, section?.key]);
  const visited = useRef("");
  if (!section) return <Review id={route.id} {...{ model, saver, visited }} />;
  const question = route.screen === "interview" ? route.question : "";
  const key = section.key;
  const restore = (draft: Draft) => reopen(draft, key);
  return <SectionPage key={key} {...{ id: route.id, model, section, question, standing, saver, restore }} />;
}

/** Where the officer stood before the break, until another section is gone to. */
function useStanding({ model, page, last, savedAt }: Opened, section: PageModel | null): Standing | null {
  const [standing, setStanding] = useState<Standing | null>(() => {
    if (page === null || section?.key !== page) return null;
    return { page, savedAt, last: "", question: openQuestion(section, last ?? "") };
  });
  const isLeft = standing !== null && standing.page !== section?.key;
  useEffect(() => {
    if (isLeft) setStanding(null);
  }, [isLeft]);
  // In the language of now: it may have been changed since the interview was opened.
  return isLeft || !standing ? null : { ...standing, last: wordsOf(model, last ?? "") };
}

/** The section of that key, the first one where it is no longer relevant. */
function sectionOf(model: InterviewModel, key: string | null): PageModel | null {
  return model.pages.find((page) => page.key === key) ?? model.pages[0] ?? null;
}

/** Two tabs would write over each other; nothing is lost by going on in either of them. */
function OpenElsewhere({ takeOver }: { takeOver: () => void }) {
  const { say } = useWording();
  return (
    <div class="stack">
      <h1>{say("interview")}</h1>
      <div role="status">
        <Message tone="waiting" title={say("open_elsewhere")}>
          <p>{say("open_elsewhere_text")}</p>
        </Message>
      </div>
      <button type="button" class="button button--primary" onClick={takeOver}>
        {say("open_elsewhere_take")}
      </button>
      <button type="button" class="button" onClick={goHome}>
        {say("to_home")}
      </button>
    </div>
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
      <button type="button" class="button button--primary" onClick={goHome}>
        {say("to_home")}
      </button>
    </div>
  );
}
