// Each of these sources changes after the screen was drawn and before it listens: preact lets an effect
// wait for the next frame. What is then on the screen must be what is so.
import { place, paint } from "./screen.ts";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { render } from "preact";
import { catchInstallOffer, useInstallOffer } from "../../../pwa/pages/home/installing.ts";
import { go, SETTINGS, useRoute } from "../../../pwa/pages/route.ts";
import { useChanges, useSaving, type Saving } from "../../../pwa/interview/saving.ts";
import { useWatched } from "../../../pwa/widgets/watched.ts";
import { at, visit } from "../form/household.ts";

afterEach(() => render(null, place));

function source<T>(first: T) {
  const listeners = new Set<() => void>();
  const state = { value: first };
  const change = (value: T) => {
    state.value = value;
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { read: () => state.value, change, subscribe, listeners };
}

test("a change between drawing and listening is seen, and so is every later one", async () => {
  const { read, change, subscribe, listeners } = source("first");
  function Watching() {
    return <p>{useWatched(read, subscribe, [])}</p>;
  }
  render(<Watching />, place);
  change("between");
  assert.equal(listeners.size, 0);
  await paint();
  assert.equal(place.textContent, "between");
  change("later");
  await paint();
  assert.equal(place.textContent, "later");
  render(null, place);
  await paint();
  assert.equal(listeners.size, 0);
});

test("a save that ends before the review listens does not leave “saving” for good", async () => {
  const { read, change, subscribe } = source<Saving>({ isRunning: true, failure: null });
  function Mark() {
    return <p>{useSaving({ now: read, subscribe }).isRunning ? "saving" : "saved"}</p>;
  }
  render(<Mark />, place);
  change({ isRunning: false, failure: null });
  await paint();
  assert.equal(place.textContent, "saved");
});

test("an answer given before the page listens is drawn", async () => {
  const model = visit();
  function Page() {
    useChanges(model);
    return <p>{at(model, "muhtar").value}</p>;
  }
  render(<Page />, place);
  at(model, "muhtar").set("Ayşe");
  await paint();
  assert.equal(place.textContent, "Ayşe");
});

test("a step taken before the app listens to the address is taken", async () => {
  function Screens() {
    return <p>{useRoute().screen}</p>;
  }
  render(<Screens />, place);
  go(SETTINGS);
  await paint();
  assert.equal(place.textContent, "settings");
});

test("an app installed before the screen listens is known to be installed", async () => {
  Object.assign(globalThis, { matchMedia: () => ({ matches: false }) });
  const offer = catchInstallOffer();
  function Hint() {
    return <p>{useInstallOffer(offer).isInstalled ? "installed" : "not"}</p>;
  }
  render(<Hint />, place);
  dispatchEvent(new Event("appinstalled"));
  await paint();
  assert.equal(place.textContent, "installed");
});
