// The vectors both twins run: tests/vectors/README.md says what each key means.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = "tests/vectors";

export function readVector(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(FOLDER, ...path), "utf8"));
}

/** Every file of a folder of vectors; none at all is a mistake. */
export function vectorFiles(folder: string): string[] {
  const files = readdirSync(join(FOLDER, folder)).filter((name) => name.endsWith(".json"));
  assert.notEqual(files.length, 0, `no vectors in ${folder}`);
  return files.sort();
}

export function refuseUnknownKeys(found: object, known: readonly string[]): void {
  for (const key of Object.keys(found)) assert.ok(known.includes(key), `unknown key ${key}`);
}
