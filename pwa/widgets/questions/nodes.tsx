// Questions in the order of the form, with what stands together drawn together.
import type { FieldModel, GroupModel, NodeModel } from "../../form/model.ts";
import { Question, type Level } from "./question.tsx";
import { FixedAnswers } from "./read-only.tsx";
import { Repeat } from "./repeat.tsx";
import { isTableOf } from "./table-list.ts";

interface NodesProps {
  nodes: readonly NodeModel[];
  level?: Level;
  /** Numbers that follow each other are lines of one table; a note after them is its total. */
  isTable?: boolean;
}

export function Nodes({ nodes, level = 2, isTable = false }: NodesProps) {
  return (
    <div class="stack">
      {runsOf(nodes, isTable).map((run) => {
        const [node] = run as [NodeModel];
        if (node.kind === "group") return <Group group={node} key={node.key} />;
        if (node.kind === "repeat") return <Repeat repeat={node} draw={drawRow} key={node.key} />;
        if (isFixed(node)) return <FixedAnswers fields={run as FieldModel[]} key={node.key} />;
        if (run.length === 1) return <Question field={node} level={level} key={node.key} />;
        return (
          <div class="numbers" key={node.key}>
            {(run as FieldModel[]).map((field) => (
              <Question field={field} level={level} key={field.key} />
            ))}
          </div>
        );
      })}
    </div>
  );
}

/** Given to a repeat, whose rows hold nodes again. */
function drawRow(nodes: readonly NodeModel[]) {
  return <Nodes nodes={nodes} level={4} />;
}

function Group({ group }: { group: GroupModel }) {
  return (
    <section class="stack">
      {group.label && <h2>{group.label}</h2>}
      {group.hint && <p class="soft">{group.hint}</p>}
      <Nodes nodes={group.children} level={3} isTable={isTableOf(group)} />
    </section>
  );
}

/** Neighbours that make one card or one table; every other node is a run of its own. */
function runsOf(nodes: readonly NodeModel[], isTable: boolean): NodeModel[][] {
  const runs: NodeModel[][] = [];
  for (const node of nodes) {
    const last = runs.at(-1);
    if (last && goesOn(last[0] as NodeModel, node, isTable)) last.push(node);
    else runs.push([node]);
  }
  return runs;
}

function goesOn(first: NodeModel, node: NodeModel, isTable: boolean): boolean {
  if (isFixed(first)) return isFixed(node);
  return isTable && isNumber(first) && (isNumber(node) || (node.kind === "field" && node.type === "note"));
}

function isFixed(node: NodeModel): boolean {
  return node.kind === "field" && node.readOnly && node.type !== "note";
}

function isNumber(node: NodeModel): boolean {
  return node.kind === "field" && !node.readOnly && (node.type === "integer" || node.type === "decimal");
}
