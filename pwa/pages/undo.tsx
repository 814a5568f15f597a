// "Geri al": takes the last change back and says which one that is.
import { useEffect, useState } from "preact/hooks";
import type { Draft, FieldModel, InterviewModel } from "../form/model.ts";
import { useWording, type Say } from "../i18n.ts";
import { Icon } from "../widgets/icon.tsx";
import type { Saver } from "./saving.ts";
import type { Step } from "./trail.ts";

interface UndoProps {
  model: InterviewModel;
  saver: Saver;
  /** Rows that came or went can only be had back by opening the interview as it was. */
  restore: (draft: Draft) => void;
}

export function Undo({ model, saver, restore }: UndoProps) {
  const { say } = useWording();
  const [step, setStep] = useState<Step | null>(saver.trail.last);
  const [news, setNews] = useState("");
  useEffect(() => saver.subscribe(() => setStep(saver.trail.last())), [saver]);
  useEffect(() => setNews(""), [step]);
  const undo = () => {
    const said = step ? say("undone", { what: whatOf(step, model, say) }) : "";
    const draft = saver.trail.undo();
    if (draft) return restore(draft);
    setStep(saver.trail.last());
    setTimeout(() => setNews(said));
  };
  return (
    <>
      {step && (
        <button type="button" class="undo" onClick={undo}>
          <Icon name="undo" />
          <span class="undo__words">
            <strong>{say("undo")}</strong>
            <span class="only-spoken">: </span>
            <span class="undo__what">{whatOf(step, model, say)}</span>
          </span>
        </button>
      )}
      <p class="only-spoken" role="status">
        {news}
      </p>
    </>
  );
}

function whatOf({ answers }: Step, model: InterviewModel, say: Say): string {
  if (!answers) return say("undo_rows");
  const [path] = answers.keys();
  const field = model.field(path ?? "");
  if (answers.size > 1 || !field) return say("undo_several", { count: answers.size });
  return say("undo_answer", { question: field.label, answer: answerOf(field, say) });
}

/** The answer in words, as far as there is room for it. */
function answerOf(field: FieldModel, say: Say): string {
  const chosen = new Set(field.value.split(" "));
  const labels = field.options.filter((option) => chosen.has(option.name)).map(({ label }) => label);
  const words = labels.length > 0 ? labels.join(", ") : field.options.length > 0 ? "" : field.value;
  return words.slice(0, 60) || say("undo_blank");
}
