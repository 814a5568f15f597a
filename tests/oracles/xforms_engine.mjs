// xforms-engine, the engine of ODK Web Forms, as a program: a line in is a form with steps, a line out
// is what it became. See README.md for the words of a line.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { JSDOM } from "jsdom";

const browser = new JSDOM("", { url: "http://localhost/", contentType: "text/html" }).window;
for (const name of Object.getOwnPropertyNames(browser)) {
  // What Node has already stays Node's; the engine needs the rest of a browser.
  if (!(name in globalThis)) globalThis[name] = browser[name];
}
globalThis.window = browser;
globalThis.document = browser.document;
// The engine's parser of expressions was built for CommonJS.
globalThis.__dirname = process.cwd();
globalThis.require = createRequire(import.meta.url);
let lot = 0;
Math.random = () => lot;
const { loadForm } = await import("@getodk/xforms-engine");

const RealDate = Date;
let clock = "";
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [clock || RealDate.now()]));
  }
  static now() {
    return clock ? RealDate.parse(clock) : RealDate.now();
  }
};

function* walk(node, row = null) {
  for (const child of node.currentState.children ?? []) {
    const here = child.nodeType === "repeat-instance" ? child.parent.currentState.children.indexOf(child) : row;
    yield [child, nameOf(child), here];
    yield* walk(child, here);
  }
}

const nameOf = (node) => node.currentState.reference.split("/").at(-1).replace(/\[\d+\]$/, "");

function find(root, name, row, isWanted = () => true) {
  for (const [node, itsName, itsRow] of walk(root)) {
    if (itsName === name && isWanted(node) && (row === null || itsRow === row)) return node;
  }
  throw new Error(`no ${name} in row ${row}`);
}

function set(node, text) {
  const tokens = text.split(" ").filter(Boolean);
  if (node.nodeType === "select") node.selectValues(tokens);
  else if (node.nodeType === "rank") node.setValues(tokens);
  else node.setValue(text);
}

function step(root, [kind, name, row, text]) {
  if (kind === "set") return set(find(root, name, row), text);
  const range = find(root, name, null, (node) => node.nodeType.startsWith("repeat-range"));
  if (kind === "add") return range.addInstances();
  return range.removeInstances(row);
}

function look(root) {
  const seen = [];
  for (const [node, name, row] of walk(root)) {
    if (node.nodeType.startsWith("repeat-range")) continue;
    const { relevant } = node.currentState;
    const value = node.currentState.children ? null : node.instanceState?.instanceXML.match(/>([^<]*)</)?.[1];
    const violation = (relevant && node.validationState?.violation?.condition) || null;
    seen.push({ name, row, relevant, value: unescaped(value ?? ""), violation });
  }
  return seen;
}

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&apos;": "'" };
const unescaped = (text) => text.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity);

async function played({ xform, now, draw, steps }) {
  clock = now;
  lot = draw;
  try {
    const form = await loadForm(xform);
    if (form.status === "failure") throw form.error;
    const { root } = form.createInstance();
    return steps.flatMap((each) => (each[0] === "look" ? [look(root)] : (step(root, each), [])));
  } catch (error) {
    return { error: String(error?.stack ?? error).slice(0, 2000) };
  } finally {
    clock = "";
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await played(JSON.parse(line)))}\n`);
}
process.exit(0);
