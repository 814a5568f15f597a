// What a question takes of files is said before one chooses, and again where one is refused.
import { place, paint } from "./screen.ts";
import { learnEnglish } from "../english.ts";
import assert from "node:assert/strict";
import { afterEach, before, test } from "node:test";
import { render } from "preact";
import { wordingIn, WordingProvider, type Language } from "../../../pwa/i18n.ts";
import { FilesProvider, type Files } from "../../../pwa/widgets/files/files.ts";
import { FileInput, PhotoInput } from "../../../pwa/widgets/controls/file-input.tsx";
import type { ControlProps } from "../../../pwa/widgets/controls/control.ts";
import { largest } from "../../../schemas/reference/attachments.json";

before(learnEnglish);
afterEach(() => render(null, place));

/** Nothing is kept here: what is refused never gets that far. */
const NO_FILES: Files = {
  keep: () => Promise.reject(new Error("kept")),
  open: () => Promise.resolve(null),
};

function draw(Control: typeof FileInput, language: Language): HTMLInputElement {
  const field = { value: "", set: () => undefined, leave: () => undefined };
  const props = { field, id: "q-belge", labelledBy: "q-belge-label", describedBy: undefined } as unknown as ControlProps;
  render(
    <WordingProvider value={wordingIn(language)}>
      <FilesProvider value={NO_FILES}>
        <Control {...props} />
      </FilesProvider>
    </WordingProvider>,
    place,
  );
  return place.querySelector("input")!;
}

for (const [language, rule] of [
  ["tr", "Fotoğraf (JPEG, PNG) ya da PDF; en çok 10 MB."],
  ["en", "A photo (JPEG, PNG) or a PDF; at most 10 MB."],
] as const) {
  test(`the largest file is told before choosing, and tied to the button: ${language}`, () => {
    const input = draw(FileInput, language);
    const hint = document.getElementById(input.getAttribute("aria-describedby")!)!;
    assert.equal(hint.textContent, rule);
    assert.ok(hint.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING);
  });
}

test("what becomes of a photo is told before taking it", () => {
  const input = draw(PhotoInput, "tr");
  const hint = document.getElementById(input.getAttribute("aria-describedby")!)!;
  assert.match(hint.textContent!, /küçültülür/);
  assert.ok(hint.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING);
});

for (const [language, words] of [
  ["tr", /Bu dosya 20 MB\. En çok 10 MB olabilir\./],
  ["en", /This file has 20 MB\. It may have at most 10 MB\./],
] as const) {
  test(`a file that is too large is refused with both sizes: ${language}`, async () => {
    const input = draw(FileInput, language);
    const files = [{ size: 2 * largest, type: "application/pdf" }];
    Object.defineProperty(input, "files", { value: files });
    input.dispatchEvent(new Event("change", { bubbles: true }));
    await paint();
    assert.match(place.querySelector(".field__error")!.textContent!, words);
  });
}
