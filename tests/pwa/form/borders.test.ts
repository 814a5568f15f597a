// The form engine stands alone: nothing of the app, no package, no browser (pwa/form/tsconfig.json
// leaves the DOM out, so a use of it is a type error).
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

const FOLDER = "pwa/form";
const IMPORT = /^(?:import|export)[^"']*?from\s+["']([^"']+)["']/gms;

const FILES = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));

test("the engine imports only itself and the generated types", () => {
  const imports = FILES.flatMap((name) =>
    [...readFileSync(join(FOLDER, name), "utf8").matchAll(IMPORT)].map(([, from]) => join(dirname(name), from ?? "")),
  );
  assert.ok(imports.length > 50);
  const strangers = imports.filter((file) => !FILES.includes(file));
  assert.deepEqual([...new Set(strangers)], ["../generated/schemas.ts"]);
});

test("the engine neither parses nor runs text as code, and says no hour of its own", () => {
  for (const name of FILES) {
    const source = readFileSync(join(FOLDER, name), "utf8");
    assert.doesNotMatch(source, /\beval\(|new Function|Date\.now\(|new Date\(\)|Math\.random/, name);
  }
});
