// JSON Schema of the wire models on stdin, their TypeScript on stdout. Run by `izdes assets types`.
import { readFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const banner = "// Made by `izdes assets types` from the pydantic models in schemas/. Do not edit.";

/** Titles repeat the names of properties; the generator would make a type of each. */
function untitled(schema) {
  for (const [key, value] of Object.entries(schema)) {
    if (key === "title" && typeof value === "string") delete schema[key];
    else if (value && typeof value === "object") untitled(value);
  }
  return schema;
}

const models = JSON.parse(readFileSync(0, "utf8")).$defs;
const everything = {
  $defs: untitled(models),
  type: "object",
  properties: Object.fromEntries(
    Object.keys(models).map((name) => [name, { $ref: `#/$defs/${name}` }]),
  ),
  required: Object.keys(models),
  additionalProperties: false,
};

process.stdout.write(
  await compile(everything, "Models", {
    bannerComment: banner,
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    enableConstEnums: false,
    style: { printWidth: 100 },
  }),
);
