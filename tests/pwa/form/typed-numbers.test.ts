// How people write numbers, and what is stored. What may mean two things says so.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readNumber } from "../../../pwa/form/expressions/typed-numbers.ts";

type Case = [typed: string, number: string | null, other?: string];

function check(whole: boolean, language: string, cases: Case[]) {
  for (const [typed, number, other = ""] of cases) {
    const expected = number === null ? null : { number, other };
    assert.deepEqual(readNumber(typed, { whole, language }), expected, `${language} ${typed}`);
  }
}

test("whole numbers are read with and without thousands, and nothing else passes for one", () => {
  check(true, "tr", [
    ["25", "25"],
    ["025", "25"],
    ["0", "0"],
    ["-5", "-5"],
    ["−5", "-5"],
    ["1500", "1500"],
    ["1.500", "1500"],
    ["12.345.678", "12345678"],
    ["1 500", "1500"],
    ["1\u00a0500", "1500"],
    ["1’500", "1500"],
    ["1,500", null],
    ["1.50", null],
    ["0.500", null],
    ["15 00", null],
    ["1.5", null],
    ["bin", null],
    ["", null],
  ]);
  check(true, "en", [
    ["1,500", "1500"],
    ["1.500", null],
    ["1,50", null],
  ]);
});

test("decimals are read by the language of the screen, and the other reading is offered", () => {
  check(false, "tr", [
    ["1,5", "1.5"],
    ["1.5", "1.5"],
    [",5", "0.5"],
    ["0,500", "0.500"],
    ["1.500", "1500", "1.500"],
    ["1,500", "1.500", "1500"],
    ["1.234,5", "1234.5"],
    ["1,234.5", "1234.5"],
    ["1.234.567", "1234567"],
    ["1 500,25", "1500.25"],
    ["1,", null],
    ["1,2,3", null],
    ["12.34,5", null],
  ]);
  check(false, "en", [
    ["1.500", "1.500", "1500"],
    ["1,500", "1500", "1.500"],
  ]);
});
