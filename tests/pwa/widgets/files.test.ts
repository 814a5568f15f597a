import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOf } from "../../../pwa/widgets/files/files.ts";

const beginning = (hex: string) => new Uint8Array(Buffer.from(`${hex}0000000000`, "hex"));

test("a file is known by how it begins, not by its name", () => {
  assert.equal(kindOf(beginning("ffd8ffe0"))?.media_type, "image/jpeg");
  assert.equal(kindOf(beginning("89504e470d0a1a0a"))?.extension, "png");
  assert.equal(kindOf(new TextEncoder().encode("%PDF-1.7"))?.media_type, "application/pdf");
});

test("anything else may not be attached", () => {
  for (const content of ["<svg/>", "PK\u0003\u0004", "MZ", "", "GIF89a", "%PD"]) {
    assert.equal(kindOf(new TextEncoder().encode(content)), undefined);
  }
});
