// The form engine stands alone: nothing of the app, no package, no browser (pwa/form/tsconfig.json
// leaves the DOM out, so a use of it is a type error).
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const FOLDER = "pwa/form";
const IMPORT = /^(?:import|export)[^"']*?from\s+["']([^"']+)["']/gms;

test("the engine imports only itself and the generated types", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".ts"));
  const imports = files.flatMap((name) =>
    [...readFileSync(`${FOLDER}/${name}`, "utf8").matchAll(IMPORT)].map(([, from]) => [name, from]),
  );
  assert.ok(imports.length > 50);
  const strangers = imports.filter(([, from]) => !/^\.\/[a-z-]+\.ts$/.test(from ?? ""));
  assert.deepEqual([...new Set(strangers.map(([, from]) => from))], ["../generated/schemas.ts"]);
});

test("the engine neither parses nor runs text as code, and says no hour of its own", () => {
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith(".ts"))) {
    const source = readFileSync(`${FOLDER}/${name}`, "utf8");
    assert.doesNotMatch(source, /\beval\(|new Function|Date\.now\(|new Date\(\)|Math\.random/, name);
  }
});
