// "Where was I": said once after a break, above the questions.
import type { FieldModel, InterviewModel, PageModel } from "../../form/model.ts";
import { ageInWords, useWording } from "../../i18n.ts";
import { centreTime } from "../../store/clock.ts";
import { Message } from "../../widgets/message.tsx";

/** Where an interview stood when it was left. */
export interface Standing {
  readonly page: string;
  /** The words of the question answered last, "" when none was. */
  readonly last: string;
  /** The key of the question to go on with, "" where the section is complete. */
  readonly question: string;
  readonly savedAt: number;
}

/** The first open question after the one answered last, else the first open one of the section. */
export function openQuestion(section: PageModel, last: string): string {
  const fields = section.fields().filter((field) => field.type !== "note" && !field.readOnly);
  const after = fields.slice(fields.findIndex((field) => field.path === last) + 1);
  return (after.find(isOpen) ?? fields.find(isOpen))?.key ?? "";
}

/** The words of the question answered last, "" where it is gone. */
export function wordsOf(model: InterviewModel, path: string): string {
  const field = path ? model.field(path) : undefined;
  return field?.relevant ? field.label : "";
}

export function Resumed({ standing }: { standing: Standing }) {
  const { language, say } = useWording();
  const age = ageInWords(new Date(standing.savedAt), centreTime(), language);
  return (
    <div role="status">
      <Message tone="plain" icon="pin" title={say("resumed")}>
        <p>{say(standing.last ? "resumed_after" : "resumed_here", { question: standing.last, age })}</p>
      </Message>
    </div>
  );
}

function isOpen(field: FieldModel): boolean {
  return field.value === "" || field.violation !== null;
}
