// The review's lists: what is missing or doubted, and every answer in the order of the form. Whatever is
// tapped leads to its question, and the way back leads here again.
import type { FieldModel, NodeModel, PageModel, RowModel } from "../../form/model.ts";
import { useWording, type TextKey, type Wording } from "../../i18n.ts";
import { answerText } from "../../widgets/answer-text.ts";
import { Icon, type IconName } from "../../widgets/icon.tsx";
import { Badge, Message } from "../../widgets/message.tsx";
import { sayViolation } from "../../widgets/questions/question.tsx";
import { rowName, rowTitle } from "../../widgets/questions/row-title.ts";

/** A question, and where it stands. */
export interface Line {
  readonly page: PageModel;
  readonly field: FieldModel;
  /** The row of a repeat that holds it. */
  readonly row: RowModel | null;
}

/** The questions of a page in the order of the form. */
export function linesOf(page: PageModel): Line[] {
  return linesIn(page, page.children, null);
}

function linesIn(page: PageModel, nodes: readonly NodeModel[], row: RowModel | null): Line[] {
  return nodes.flatMap((node) => {
    if (node.kind === "field") return node.type === "note" ? [] : [{ page, field: node, row }];
    if (node.kind === "group") return linesIn(page, node.children, row);
    return node.rows.flatMap((inside) => linesIn(page, inside.children, inside));
  });
}

/** So many are named on top, where all stand below in their sections. */
const MOST_NAMED = 5;

interface TroublesProps {
  icon: IconName;
  said: TextKey;
  lines: readonly Line[];
  goTo: (line: Line) => void;
}

/** What is wrong, said with how many there are; the first of them, and a way down to the others. */
export function Troubles({ icon, said, lines, goTo }: TroublesProps) {
  const words = useWording();
  const { say } = words;
  if (lines.length === 0) return null;
  // One more takes no more room than saying that there is one.
  const named = lines.length > MOST_NAMED + 1 ? lines.slice(0, MOST_NAMED) : lines;
  const next = lines[named.length];
  return (
    <>
      <Message tone="waiting" icon={icon}>
        <p>{say(said, { count: lines.length })}</p>
      </Message>
      <ul class="stack stack--close plain-list">
        {named.map((line) => (
          <li key={line.field.key}>
            <button type="button" class="missing" onClick={() => goTo(line)}>
              <span class="missing__question">{line.field.label}</span>
              <span class="missing__why">{whyOf(line, words)}</span>
              <Icon name="next" />
            </button>
          </li>
        ))}
      </ul>
      {next && (
        <button type="button" class="button" onClick={() => focusAnswer(next.field.key)}>
          {say("review_more", { count: lines.length - named.length })}
        </button>
      )}
    </>
  );
}

/** Bring the answer into view, in its section; false where it is not asked. */
export function focusAnswer(question: string): boolean {
  const answer = document.querySelector<HTMLElement>(`[data-question="${question}"]`);
  answer?.focus({ preventScroll: true });
  answer?.scrollIntoView({ block: "center" });
  return answer !== null;
}

/** "Personel durumu · Personel sınıfı 2, Bekçi": where it stands, and what is wrong where that is not plain. */
function whyOf({ page, field, row }: Line, words: Wording): string {
  const { violation } = field;
  const why = violation && violation.code !== "required" ? sayViolation(violation, field, words.say) : "";
  return [page.label, row && nameOf(row, words), why].filter(Boolean).join(" · ");
}

function nameOf(row: RowModel, words: Wording): string {
  const name = rowName(row, words);
  const { title } = rowTitle(row, words);
  return title ? `${name}, ${title}` : name;
}

interface SectionProps {
  page: PageModel;
  goToSection: () => void;
  goTo: (line: Line) => void;
}

export function SectionAnswers({ page, goToSection, goTo }: SectionProps) {
  const words = useWording();
  const { say } = words;
  // What earlier visits left in a row is not the officer's to check: the row is called by it.
  const lines = linesOf(page).filter(({ field, row }) => !row || !field.readOnly);
  const missing = lines.filter(({ field }) => field.violation).length;
  return (
    <li class="card card--close stack stack--close">
      <div class="row row--apart">
        <h2 class="review__section">
          <button type="button" class="link" onClick={goToSection}>
            <span class="only-spoken">{say("go_to_section", { section: page.label })}</span>
            <span aria-hidden="true">{page.label}</span>
          </button>
        </h2>
        {missing === 0 ? (
          <Badge tone="good">{say("section_done")}</Badge>
        ) : (
          <Badge tone="waiting">{say("section_missing", { count: missing })}</Badge>
        )}
      </div>
      {lines.map((line, at) => (
        <>
          {line.row && line.row !== lines[at - 1]?.row && <h3 class="review__row">{nameOf(line.row, words)}</h3>}
          <Answer line={line} goTo={() => goTo(line)} key={line.field.key} />
        </>
      ))}
    </li>
  );
}

function Answer({ line: { field }, goTo }: { line: Line; goTo: () => void }) {
  const { language, say } = useWording();
  const text = answerText(field, language, say);
  return (
    <button
      type="button"
      class={field.violation ? "answer answer--open" : "answer"}
      data-question={field.key}
      onClick={goTo}
    >
      <span class="answer__question">{field.label}</span>
      <span class={text ? "answer__words" : "answer__words soft"}>{text || say("no_answer")}</span>
      {field.confirmation && <span class="answer__note">{say("doubt_confirmed", { reason: field.confirmation })}</span>}
      <Icon name={field.violation ? "alert" : field.readOnly ? "lock" : "pencil"} />
    </button>
  );
}
