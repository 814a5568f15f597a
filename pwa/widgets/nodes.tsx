// Questions in the order of the form; groups and repeated groups with their own headings.
import { useEffect, useRef, useState } from "preact/hooks";
import type { FieldModel, GroupModel, NodeModel, RepeatModel, RowModel } from "../form/model.ts";
import { useWording } from "../i18n.ts";
import { answerText } from "./answer-text.ts";
import { Icon } from "./icon.tsx";
import { Message } from "./message.tsx";
import { Question, type Level } from "./question.tsx";

export function Nodes({ nodes, level = 2 }: { nodes: readonly NodeModel[]; level?: Level }) {
  return (
    <div class="stack">
      {nodes.map((node) => {
        if (node.kind === "field") return <Question field={node} level={level} key={node.key} />;
        if (node.kind === "group") return <Group group={node} key={node.key} />;
        return <Repeat repeat={node} key={node.key} />;
      })}
    </div>
  );
}

function Group({ group }: { group: GroupModel }) {
  return (
    <section class="stack">
      {group.label && <h2>{group.label}</h2>}
      {group.hint && <p class="soft">{group.hint}</p>}
      <Nodes nodes={group.children} level={3} />
    </section>
  );
}

function Repeat({ repeat }: { repeat: RepeatModel }) {
  const { say } = useWording();
  const section = useRef<HTMLElement>(null);
  const count = repeat.rows.length;
  const before = useRef(count);
  useEffect(() => {
    // After adding one stands at the new row; after removing at the way to add another.
    const rows = section.current?.querySelectorAll<HTMLElement>(":scope > .repeat__row");
    if (count > before.current) rows?.[count - 1]?.focus();
    if (count < before.current) section.current?.querySelector<HTMLElement>(":scope > .button")?.focus();
    before.current = count;
  }, [count]);
  return (
    <section class="repeat stack" ref={section}>
      {repeat.label && (
        <h2>
          {repeat.label}
          <span class="count">{count}</span>
        </h2>
      )}
      {repeat.hint && <p class="soft">{repeat.hint}</p>}
      {count === 0 && <p class="empty">{say("rows_none")}</p>}
      {repeat.rows.map((row) => (
        <RowOfRepeat row={row} free={repeat.free} key={row.key} />
      ))}
      {repeat.free && (
        <button
          type="button"
          class="button"
          aria-label={repeat.label ? say("add_row_to", { label: repeat.label }) : undefined}
          onClick={() => repeat.add()}
        >
          <Icon name="plus" />
          {say("add_row")}
        </button>
      )}
    </section>
  );
}

function RowOfRepeat({ row, free }: { row: RowModel; free: boolean }) {
  const { language, say } = useWording();
  const [isAsking, setAsking] = useState(false);
  const number = row.index + 1;
  const answered = fieldsIn(row.children).filter((field) => field.value !== "" && field.type !== "note");
  const [first] = answered;
  const remove = () => (answered.length === 0 ? row.remove() : setAsking(true));
  const name = `row-${row.key}`;
  return (
    <section class="repeat__row card stack" tabIndex={-1} aria-labelledby={name}>
      <div class="row row--apart">
        <h3 id={name}>
          {say("row", { number })}
          {first && <span class="repeat__first"> {answerText(first, language, say).slice(0, 60)}</span>}
        </h3>
        {free && !isAsking && (
          <button
            type="button"
            class="button button--small button--danger"
            aria-label={say("remove_row", { number })}
            onClick={remove}
          >
            <Icon name="trash" />
            {say("remove")}
          </button>
        )}
      </div>
      {isAsking && <AskToRemove number={number} yes={() => row.remove()} no={() => setAsking(false)} />}
      <Nodes nodes={row.children} level={4} />
    </section>
  );
}

function AskToRemove({ number, yes, no }: { number: number; yes: () => void; no: () => void }) {
  const { say } = useWording();
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <Message tone="bad">
      <p>{say("remove_row_ask", { number })}</p>
      <div class="row">
        <button type="button" class="button" ref={keep} onClick={no}>
          {say("remove_row_no")}
        </button>
        <button type="button" class="button button--danger" onClick={yes}>
          <Icon name="trash" />
          {say("remove_row_yes")}
        </button>
      </div>
    </Message>
  );
}

function fieldsIn(nodes: readonly NodeModel[]): FieldModel[] {
  return nodes.flatMap((node) => {
    if (node.kind === "field") return [node];
    return node.kind === "group" ? fieldsIn(node.children) : [];
  });
}
