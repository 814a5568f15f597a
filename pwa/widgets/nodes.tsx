// Questions in the order of the form; groups and repeated groups with their own headings.
import type { GroupModel, NodeModel, RepeatModel, RowModel } from "../form/model.ts";
import { useWording } from "../i18n.ts";
import { Icon } from "./icon.tsx";
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
  return (
    <section class="stack">
      {repeat.label && <h2>{repeat.label}</h2>}
      {repeat.rows.map((row) => (
        <RowOfRepeat row={row} free={repeat.free} key={row.key} />
      ))}
      {repeat.free && (
        <button type="button" class="button" onClick={() => repeat.add()}>
          <Icon name="plus" />
          {say("add_row")}
        </button>
      )}
    </section>
  );
}

function RowOfRepeat({ row, free }: { row: RowModel; free: boolean }) {
  const { say } = useWording();
  const number = row.index + 1;
  return (
    <section class="card stack">
      <div class="row row--apart">
        <h3>{say("row", { number })}</h3>
        {free && (
          <button type="button" class="button button--danger" onClick={() => row.remove()}>
            <Icon name="trash" />
            {say("remove_row", { number })}
          </button>
        )}
      </div>
      <Nodes nodes={row.children} level={4} />
    </section>
  );
}
