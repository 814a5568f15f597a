// Days and moments, in whatever zone the tablet stands.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { dayNumber, isMoment, milliseconds, momentText } from "../../../pwa/form/expressions/calendar.ts";
import { numberToText, textToNumber } from "../../../pwa/form/expressions/values.ts";

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

for (const [name, moment, text] of [
  ["Europe/Istanbul", "2026-11-20T22:30:00.007Z", "2026-11-21T01:30:00.007+03:00"],
  ["America/St_Johns", "2026-11-21T10:00:00.000Z", "2026-11-21T06:30:00.000-03:30"],
  ["UTC", "2026-11-21T10:00:00.999Z", "2026-11-21T10:00:00.999+00:00"],
] as const) {
  test(`a moment is written in the calendar of ${name}`, () => {
    process.env.TZ = name;
    assert.equal(momentText(new Date(moment)), text);
    assert.equal(milliseconds(text), Date.parse(moment));
  });
}

test("only real days of the years 1 to 9999 are days", () => {
  assert.equal(dayNumber("1970-01-01"), 0);
  assert.equal(dayNumber("1969-12-31"), -1);
  assert.equal(dayNumber("0001-01-01"), -719162);
  for (const text of ["2026-02-30", "2025-02-29", "2026-13-01", "0000-01-01", "2026-1-1", "2026-11-21 "]) {
    assert.ok(Number.isNaN(dayNumber(text)), text);
  }
});

test("a moment without numeric offset or milliseconds is none", () => {
  for (const text of ["2026-11-21T10:00:00.000Z", "2026-11-21T10:00:00+03:00", "2026-11-21T24:00:00.000+03:00"]) {
    assert.equal(isMoment(text), false, text);
  }
});

test("numbers are written without exponent and read back the same", () => {
  assert.equal(numberToText(1e22), "10000000000000000000000");
  assert.equal(numberToText(1e-7), "0.0000001");
  assert.equal(numberToText(-1.5e-9), "-0.0000000015");
  assert.equal(numberToText(-0), "0");
  assert.equal(numberToText(Number.POSITIVE_INFINITY), "");
  for (const number of [0.1, 1.7976931348623157e308, 5e-324, 123456789012345.67, 2 ** 53 + 2]) {
    assert.equal(textToNumber(numberToText(number)), number);
  }
});
