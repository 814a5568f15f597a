// On an iPad the app on the home screen has a store of its own: who has not signed in yet is told so.
// First of all: where there is a window, the store of the tests would be put there.
import { finished, newTablet, vaultOf } from "../store/tablet.ts";
import { place, paint } from "../widgets/screen.ts";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { render } from "preact";
import { BeforeInstalling } from "../../../pwa/pages/entrance/before-installing.tsx";
import { InstallingProvider, type Device } from "../../../pwa/pages/home/installing.ts";
import { wordingIn, WordingProvider, type Language } from "../../../pwa/i18n.ts";
import type { Store } from "../../../pwa/store/database.ts";

afterEach(() => render(null, place));

interface Shown {
  store: Store;
  device?: Device;
  isInstalled?: boolean;
  language?: Language;
}

/** What stands on the screen once what is counted has been counted. */
async function shown({ store, device = "apple", isInstalled = false, language = "tr" }: Shown): Promise<string> {
  render(
    <WordingProvider value={wordingIn(language)}>
      <InstallingProvider value={{ isInstalled, device, install: null }}>
        <BeforeInstalling store={store} round={0} />
      </InstallingProvider>
    </WordingProvider>,
    place,
  );
  for (let times = 0; times < 20; times += 1) await paint();
  return place.textContent ?? "";
}

test("on an iPad one is told to install first, and how, before anybody has signed in", async () => {
  const said = await shown({ store: await newTablet() });
  assert.match(said, /Önce ana ekrana ekleyip orada oturum açınız/);
  assert.equal(place.querySelectorAll(".install-step").length, 3);
  assert.doesNotMatch(said, /gönderilmemiş/);
});

test("records that were left in the browser's copy are counted", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  await finished(vault);
  await finished(vault);
  assert.match(await shown({ store }), /Bu sekmede gönderilmemiş 2 kayıt var/);
});

test("nothing of it stands on the home screen's own copy, nor on other tablets", async () => {
  const store = await newTablet();
  assert.equal(await shown({ store, isInstalled: true }), "");
  assert.equal(await shown({ store, device: "android" }), "");
});
