// "Geri al": takes the last change back and says which one that is.
import { useState } from "preact/hooks";
import type { Draft, InterviewModel } from "../../form/model.ts";
import { useWording, type Wording } from "../../i18n.ts";
import { answerText } from "../../widgets/answer-text.ts";
import { Icon } from "../../widgets/icon.tsx";
import { useWatched } from "../../widgets/watched.ts";
import type { Saver } from "../../interview/saving.ts";
import type { Step } from "../../interview/undo-steps.ts";

interface UndoProps {
  model: InterviewModel;
  saver: Saver;
  /** Rows that came or went can only be had back by opening the interview as it was. */
  restore: (draft: Draft) => void;
}

/** What was taken back; it is no news any more once something else was changed. */
interface News {
  readonly said: string;
  readonly before: Step | null;
}

export function Undo({ model, saver, restore }: UndoProps) {
  const words = useWording();
  const { say } = words;
  const step = useWatched<Step | null>(saver.undoSteps.last, saver.subscribe, [saver]);
  const [news, setNews] = useState<News>({ said: "", before: null });
  const what = step ? whatOf(step, model, words) : "";
  const undo = () => {
    const said = say("undone", { what });
    const draft = saver.undoSteps.undo();
    if (draft) return restore(draft);
    const before = saver.undoSteps.last();
    setTimeout(() => setNews({ said, before }));
  };
  return (
    <>
      {step && (
        <button type="button" class="undo" onClick={undo}>
          <Icon name="undo" />
          <span class="undo__words">
            <strong>{say("undo")}:</strong>
            <span class="undo__what">{what}</span>
          </span>
        </button>
      )}
      <p class="only-spoken" role="status">
        {news.before === step && news.said}
      </p>
    </>
  );
}

function whatOf({ answers }: Step, model: InterviewModel, { language, say }: Wording): string {
  if (!answers) return say("undo_rows");
  const [path] = answers.keys();
  const field = model.field(path ?? "");
  if (answers.size > 1 || !field) return say("undo_several", { count: answers.size });
  return say("undo_answer", { question: field.label, answer: answerText(field, language, say).slice(0, 60) || say("undo_blank") });
}
