// A repeated group: its rows folded to cards that tell them apart, one of them open.
import { createContext, type ComponentChildren } from "preact";
import { useContext, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { NodeModel, RepeatModel, RowModel } from "../../form/model.ts";
import { useWording } from "../../i18n.ts";
import { afterPaint } from "../after-paint.ts";
import { numberText } from "../answer-text.ts";
import { Icon } from "../icon.tsx";
import { Badge } from "../message.tsx";
import { questionsIn, rowKind, rowName, rowTitle } from "./row-title.ts";
import { isTableOf } from "./table-list.ts";

/** Which row of the page is open, by its key; "" for none yet, and how to open another. */
export interface OpenRow {
  /** The heading of the page: a repeat that is all of it does not say it again. */
  readonly page: string;
  readonly key: string;
  readonly open: (key: string) => void;
}

const NO_ROW = "-";

const Opened = createContext<OpenRow>({ page: "", key: "", open: () => undefined });
export const OpenRowProvider = Opened.Provider;

/** The row a question stands in, by the question's key; "" where it stands in none. */
export function rowKeyOf(question: string): string {
  return question.includes(".") ? question.slice(0, question.indexOf(".")) : "";
}

/** Draws what stands in a row. */
type Draw = (nodes: readonly NodeModel[]) => ComponentChildren;

export function Repeat({ repeat, draw }: { repeat: RepeatModel; draw: Draw }) {
  const { language, say } = useWording();
  const { page, key, open } = useContext(Opened);
  const what = rowKind(repeat.name, language);
  const section = useRef<HTMLElement>(null);
  const [removed, setRemoved] = useState<{ title: string; putBack: () => void } | null>(null);
  const { rows } = repeat;
  useLayoutEffect(() => {
    const first = rows.find(({ children }) => questionsIn(children).some((field) => field.violation));
    if (key === "" && first) open(first.key);
  }, []);
  const show = (row: RowModel | undefined) => {
    rows.find((row) => row.key === key)?.leave();
    open(row?.key ?? NO_ROW);
    if (row) afterPaint(() => focusIn(section.current, `#row-${row.key}`));
  };
  const add = () => {
    repeat.add();
    setRemoved(null);
    show(repeat.rows.at(-1));
  };
  const remove = (row: RowModel, title: string) => {
    setRemoved({ title, putBack: row.remove() });
    afterPaint(() => focusIn(section.current, ".repeat__back"));
  };
  return (
    <section class="repeat stack" ref={section}>
      {repeat.label && (
        <h2 class={repeat.label === page ? "only-spoken" : undefined}>
          {repeat.label}
          <span class="count">{rows.length}</span>
        </h2>
      )}
      {repeat.hint && <p class="soft">{repeat.hint}</p>}
      {rows.length === 0 && <p class="empty">{say("rows_none")}</p>}
      {rows.map((row, at) => (
        <RowCard
          row={row}
          draw={draw}
          isOpen={row.key === key}
          toggle={() => show(row.key === key ? undefined : row)}
          next={repeat.free ? undefined : rows[at + 1] && (() => show(rows[at + 1]))}
          remove={repeat.free ? (title) => remove(row, title) : undefined}
          key={row.key}
        />
      ))}
      {isTableOf(repeat) && <Totals rows={rows} />}
      {removed && (
        <div class="row row--apart removed">
          <p>{say("row_removed", { title: removed.title })}</p>
          <button
            type="button"
            class="button repeat__back"
            aria-label={`${say("undo")}: ${say("row_removed", { title: removed.title })}`}
            onClick={() => {
              removed.putBack();
              setRemoved(null);
              afterPaint(() => focusIn(section.current, ".rowcard__line"));
            }}
          >
            <Icon name="undo" />
            {say("undo")}
          </button>
        </div>
      )}
      {repeat.free && (
        <button type="button" class="button repeat__add" onClick={add}>
          <Icon name="add" />
          {what ? say("add_row", { what }) : repeat.label ? say("add_row_to", { label: repeat.label }) : say("add_any_row")}
        </button>
      )}
    </section>
  );
}

interface RowCardProps {
  row: RowModel;
  draw: Draw;
  isOpen: boolean;
  toggle: () => void;
  /** Where another answer made the rows: on to the row after this one. */
  next: (() => void) | undefined;
  remove: ((title: string) => void) | undefined;
}

function RowCard({ row, draw, isOpen, toggle, next, remove }: RowCardProps) {
  const words = useWording();
  const { say } = words;
  const number = row.index + 1;
  const name = rowName(row, words);
  const { title, note } = rowTitle(row, words);
  const wrong = questionsIn(row.children).filter((field) => field.violation);
  return (
    // A group, no landmark: two repeats of a page both have a "Row 1".
    <div
      class={isOpen ? "repeat__row rowcard rowcard--open" : "repeat__row rowcard"}
      id={`row-${row.key}`}
      role="group"
      tabIndex={-1}
      aria-label={name}
    >
      <h3>
        <button type="button" class="rowcard__line" aria-expanded={isOpen} onClick={toggle}>
          <span class="rowcard__number" aria-hidden="true">
            {number}
          </span>
          <span class="rowcard__words">
            <span class={title ? "only-spoken" : "rowcard__title"}>{name} </span>
            {title && <span class="rowcard__title">{title}</span>}
            {note && !isOpen && <span class="rowcard__note">{note}</span>}
          </span>
          {wrong.length > 0 && !isOpen && (
            <Badge tone={wrong.some((field) => field.complaint) ? "waiting" : "plain"}>
              {say("section_missing", { count: wrong.length })}
            </Badge>
          )}
          <Icon name={isOpen ? "up" : "pencil"} />
        </button>
      </h3>
      {isOpen && (
        <div class="rowcard__body">
          {draw(row.children)}
          <div class="row row--apart">
            {remove && (
              <button
                type="button"
                class="button button--danger"
                aria-label={say("remove_row", { row: name })}
                onClick={() => remove(title || name)}
              >
                <Icon name="trash" />
                {say("remove")}
              </button>
            )}
            <button type="button" class="button" onClick={next ?? toggle}>
              <Icon name={next ? "next" : "check"} />
              {say(next ? "row_next" : "row_close")}
            </button>
          </div>
        </div>
      )}
    </div>
  );
}

/** What the short numeric questions of all rows add up to, as one types. */
function Totals({ rows }: { rows: readonly RowModel[] }) {
  const { language, say } = useWording();
  const totals = new Map<string, { label: string; sum: number }>();
  for (const { name, type, label, value } of rows.flatMap((row) => questionsIn(row.children))) {
    if (type !== "integer" && type !== "decimal") continue;
    totals.set(name, { label, sum: (totals.get(name)?.sum ?? 0) + (Number(value) || 0) });
  }
  return (
    <dl class="totals">
      {[...totals].map(([name, { label, sum }]) => (
        <div class="totals__line" key={name}>
          <dt>
            {say("total")}: {label}
          </dt>
          <dd>{numberText(String(+sum.toFixed(6)), language)}</dd>
        </div>
      ))}
    </dl>
  );
}

function focusIn(section: HTMLElement | null, place: string): void {
  section?.querySelector<HTMLElement>(place)?.focus();
}
