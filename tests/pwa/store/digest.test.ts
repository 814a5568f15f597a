import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { digestOf } from "../../../pwa/store/digest.ts";

test("the digest is over the UTF-8 bytes", async () => {
  for (const text of ["", "İçişleri ğüşöç", '{"a":"\\u0000 \u{1F600}"}']) {
    const expected = createHash("sha256").update(text, "utf8").digest("hex");
    assert.equal(await digestOf(text), `sha256:${expected}`);
  }
});
