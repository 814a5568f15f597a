// npm test [part of a path …]: bundle the TypeScript tests with esbuild, run them with Node.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { messagesIn } from "../../pwa/messages.mjs";

const here = "tests/pwa";
const wanted = process.argv.slice(2);

function testsIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return testsIn(path);
    return /\.test\.tsx?$/.test(name) ? [path] : [];
  });
}

const tests = testsIn(here).filter((path) => !wanted.length || wanted.some((part) => path.includes(part)));
if (!tests.length) throw new Error(`no tests match ${wanted.join(" ")}`);

const folder = mkdtempSync(join(tmpdir(), "izdes-tests-"));
try {
  await build({
    entryPoints: tests,
    outdir: folder,
    outbase: here,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    jsx: "automatic",
    jsxImportSource: "preact",
    sourcemap: "inline",
    logLevel: "warning",
    plugins: [messagesIn("tr")],
    // Bundled CommonJS packages ask for Node's own modules.
    banner: { js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);' },
  });
  const files = tests.map((path) => join(folder, path.slice(here.length).replace(/\.tsx?$/, ".mjs")));
  const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
