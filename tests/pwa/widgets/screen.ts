// A document to draw screens in, whose frames the test lets pass.
import { createRequire } from "node:module";
import { join } from "node:path";

type Page = new (html: string, options: object) => { window: Window & typeof globalThis };
// Not bundled: jsdom finds its own files by where it lies.
const { JSDOM } = createRequire(join(process.cwd(), "package.json"))("jsdom") as { JSDOM: Page };
const { window } = new JSDOM('<!doctype html><main id="app"></main>', {
  url: "http://localhost/field/",
  pretendToBeVisual: false,
});
const frames: (() => void)[] = [];
Object.assign(window, {
  requestAnimationFrame: (frame: () => void) => frames.push(frame),
  cancelAnimationFrame: () => undefined,
});
for (const name of ["window", "document", "location", "history", "HTMLElement", "Event", "navigator", "Element", "Node"] as const) {
  Object.defineProperty(globalThis, name, { value: window[name as never], configurable: true });
}
for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"] as const) {
  Object.defineProperty(globalThis, name, { value: window[name].bind(window), configurable: true });
}
for (const name of ["requestAnimationFrame", "cancelAnimationFrame"] as const) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true });
}

// jsdom lays nothing out.
window.Element.prototype.scrollIntoView = () => undefined;

export const place = document.getElementById("app")!;

/** Let the browser paint and everything happen that waits for it, effects and what they draw again. */
export async function paint(): Promise<void> {
  for (let times = 0; times < 4; times += 1) {
    for (const frame of frames.splice(0)) frame();
    await new Promise((resolve) => setTimeout(resolve));
  }
}
