// The sentences of screens in one language, for esbuild: nothing on a tablet needs two at once.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `messages/*`: key → sentence. */
export function messagesIn(language) {
  return {
    name: "messages",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^messages\// }, ({ path }) => ({ path, namespace: "messages" }));
      onLoad({ filter: /./, namespace: "messages" }, ({ path }) => {
        const texts = JSON.parse(readFileSync(join("schemas", path), "utf8"));
        const said = Object.entries(texts).map(([key, text]) => [key, text[language]]);
        return { contents: JSON.stringify(Object.fromEntries(said)), loader: "json" };
      });
    },
  };
}
