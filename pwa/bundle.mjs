// What to bundle on stdin, the files it makes on stdout, both as JSON. Run by `izdes assets build`.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { build } from "esbuild";
import { messagesIn } from "./messages.mjs";

const { entry, name, format, language, has_parts } = JSON.parse(readFileSync(0, "utf8"));

/**
 * A part that is imported when it is needed needs the whole start: then esbuild cuts the script between
 * the start and the parts only. Otherwise it also cuts the start into what each set of parts shares.
 */
const parts = {
  name: "parts",
  setup({ onResolve, onLoad }) {
    const imported = new Set();
    onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
      if (kind === "dynamic-import") imported.add(resolve(resolveDir, path));
    });
    onLoad({ filter: /\.tsx?$/ }, ({ path }) => {
      if (!imported.has(path)) return undefined;
      const contents = `${readFileSync(path, "utf8")}\nimport ${JSON.stringify(resolve(entry))};\n`;
      return { contents, loader: path.endsWith("x") ? "tsx" : "ts" };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  minify: true,
  write: false,
  ...(format && { format }),
  splitting: has_parts,
  outdir: "built",
  entryNames: `${name}.[hash]`,
  chunkNames: `${name}.[name]-[hash]`,
  target: ["safari15.4", "chrome100"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  loader: { ".svg": "dataurl" },
  external: ["/assets/*"],
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [messagesIn(language), parts],
});

const files = Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path), text]));
process.stdout.write(JSON.stringify(files));
