// A figure on paper: a picture that is higher than the sheet would be cut through a province.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Figure } from "../../../pwa/generated/schemas.ts";
import { onPaper } from "../../../pwa/dashboard/paper.ts";

/** An upright A4 sheet without its margins of 1.5 cm, at 96 pixels an inch. */
const A4 = ((29.7 - 2 * 1.5) / 2.54) * 96;
const HEADING = 120;

function ranking(provinces: number): Figure {
  const yaxis = { range: [provinces - 0.5, -0.5], automargin: true };
  return { data: [], layout: { height: 18 * provinces + 54, margin: { t: 46, b: 8 }, yaxis } };
}

test("all provinces stand on one sheet, below the heading, and their names do not touch", () => {
  const { layout } = onPaper(ranking(81));
  const { tickfont, range, automargin } = layout["yaxis"] as Record<string, any>;
  assert.ok((layout["height"] as number) <= A4 - HEADING);
  const row = ((layout["height"] as number) - 54) / 81;
  assert.ok(tickfont.size <= row && tickfont.size >= 8, `${tickfont.size} in ${row}`);
  assert.deepEqual([range, automargin], [[80.5, -0.5], true]);
});

test("a figure that fits is left as it is", () => {
  const small = ranking(12);
  assert.equal(onPaper(small), small);
  const map: Figure = { data: [], layout: { geo: {} } };
  assert.equal(onPaper(map), map);
});
