// A part that lies in a file of its own is drawn when the file is here, and told when it does not come.
import { place, paint } from "./screen.ts";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { render } from "preact";
import { LoadFailed } from "../../../pwa/widgets/loading/load-failed.tsx";
import { partsIn } from "../../../pwa/widgets/loading/parts.tsx";

afterEach(() => render(null, place));

/** A file that comes when `state.isThere`, with a greeting inside. */
function beside() {
  const state = { isThere: true, asked: 0 };
  const Greeting = ({ name }: { name: string }) => <p>Merhaba {name}</p>;
  const { part, bring } = partsIn(async () => {
    state.asked += 1;
    if (!state.isThere) throw new TypeError("Failed to fetch dynamically imported module");
    return { Greeting };
  });
  return { state, bring, Part: part((file) => file.Greeting) };
}

test("a part says that it comes, and comes", async () => {
  const { Part } = beside();
  render(<Part name="Ayşe" />, place);
  assert.equal(place.querySelector("[role=status]")?.textContent, "Açılıyor…");
  await paint();
  assert.equal(place.textContent, "Merhaba Ayşe");
});

test("a part that was brought before is drawn at once", async () => {
  const { Part, bring } = beside();
  await bring();
  render(<Part name="Ayşe" />, place);
  assert.equal(place.textContent, "Merhaba Ayşe");
});

test("a part that does not come is told, with a way to try again and one to reload, never a blank screen", async () => {
  const { state, Part } = beside();
  state.isThere = false;
  render(<><LoadFailed /><Part name="Ayşe" /></>, place);
  await paint();
  assert.match(place.querySelector("[role=alert]")?.textContent ?? "", /parçası yüklenemedi.*Hiçbir cevap silinmedi/);
  assert.equal(place.querySelector("[role=status]"), null, "nothing comes");
  const words = [...place.querySelectorAll("button")].map((button) => button.textContent);
  assert.deepEqual(words, ["Yeniden dene", "Sayfayı yenile"]);
  state.isThere = true;
  place.querySelector("button")!.click();
  await paint();
  assert.equal(place.textContent, "Merhaba Ayşe");
  assert.equal(state.asked, 2);
});
