// Whatever a screen cannot read from the tablet is told, and can be tried again.
import { place, paint } from "./screen.ts";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { render } from "preact";
import { usePaged } from "../../../pwa/pages/paged.tsx";
import { NotSaved } from "../../../pwa/store/problems.ts";
import { FilesProvider, useShown, type Files } from "../../../pwa/widgets/files/files.ts";
import { LoadFailed } from "../../../pwa/widgets/loading/load-failed.tsx";
import { useLoaded } from "../../../pwa/widgets/loading/loaded.ts";

afterEach(() => render(null, place));

function disk(broken: Error) {
  const state = { broken: broken as Error | null };
  const read = async () => {
    if (state.broken) throw state.broken;
    return ["a record"];
  };
  return { state, read };
}

test("a reading that fails is told with a way to try again, which draws what is then read", async () => {
  const { state, read } = disk(new Error("the disk does not answer"));
  function Screen() {
    const loaded = useLoaded(read, []);
    const paged = usePaged(read, []);
    return (
      <>
        <LoadFailed />
        <p>{[loaded, paged.items?.length].join(" ")}</p>
      </>
    );
  }
  render(<Screen />, place);
  await paint();
  assert.match(place.querySelector("[role=alert]")?.textContent ?? "", /okunamadı.*Hiçbir cevap silinmedi/);
  assert.equal(place.querySelectorAll("[role=alert]").length, 1);
  state.broken = null;
  place.querySelector("button")!.click();
  await paint();
  assert.equal(place.querySelector("[role=alert]"), null);
  assert.equal(place.querySelector("p")?.textContent, "a record 1");
});

test("a screen that went away is not complained about any more, nor a vault that was locked", async () => {
  const { read } = disk(new Error("the disk does not answer"));
  function Reading() {
    return <>{useLoaded(read, [])}</>;
  }
  function Locked() {
    return <>{useLoaded(async () => Promise.reject(new NotSaved("locked")), [])}</>;
  }
  render(<><LoadFailed /><Locked /></>, place);
  await paint();
  assert.equal(place.textContent, "");
  render(<><LoadFailed /><Reading /></>, place);
  await paint();
  assert.notEqual(place.textContent, "");
  render(<LoadFailed />, place);
  await paint();
  assert.equal(place.textContent, "");
});

test("a photo that cannot be read now is not called lost; one that is not there is", async () => {
  const files = (open: Files["open"]): Files => ({ open, keep: async () => "" });
  function Photo() {
    return <p>{useShown("a.jpg") === "lost" ? "lost" : "not yet"}</p>;
  }
  const broken = files(async () => Promise.reject(new Error("the disk does not answer")));
  render(<FilesProvider value={broken}><LoadFailed /><Photo /></FilesProvider>, place);
  await paint();
  assert.notEqual(place.querySelector("[role=alert]"), null);
  assert.equal(place.querySelector("p:last-child")?.textContent, "not yet");
  const empty = files(async () => null);
  render(<FilesProvider value={empty}><Photo /></FilesProvider>, place);
  await paint();
  assert.equal(place.textContent, "lost");
});
