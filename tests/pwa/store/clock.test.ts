// A tablet whose clock is wrong works with the centre's, and says by how much it is wrong.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { centreTime, clockError, hearTime, isTimeKnown, onClockChange, recallTime } from "../../../pwa/store/clock.ts";
import type { Store } from "../../../pwa/store/database.ts";
import { newTablet, sameTablet } from "./tablet.ts";

const HOUR = 3_600_000;
const CENTRE = Date.parse("2026-11-30T09:00:00Z");
let store: Store;

beforeEach(async () => {
  store = await newTablet();
  await recallTime(store);
});
afterEach(() => mock.timers.reset());

/** The tablet's own clock, from now on. */
function setTabletTo(time: number) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: time });
}

const hear = (said: number, asked = Date.now(), answered = Date.now()) => hearTime(store, { asked, answered, said });

test("before the centre said anything the tablet's own clock is all there is", () => {
  setTabletTo(CENTRE + 3 * HOUR);
  assert.deepEqual([clockError(), isTimeKnown(), centreTime().getTime()], [null, false, CENTRE + 3 * HOUR]);
});

for (const ahead of [3 * HOUR, -3 * HOUR, 26 * HOUR, -11 * 365 * 24 * HOUR]) {
  test(`a clock that is ${ahead / HOUR} hours ahead is told, and put right`, async () => {
    setTabletTo(CENTRE + ahead);
    await hear(CENTRE);
    assert.deepEqual(clockError(), { ahead, isAtLeast: false });
    assert.equal(centreTime().getTime(), CENTRE);
    setTabletTo(CENTRE + ahead + HOUR);
    assert.equal(centreTime().getTime(), CENTRE + HOUR);
  });
}

test("minutes that a connection takes are no wrong clock, and times do not jump by them", async () => {
  setTabletTo(CENTRE + 4 * 60_000);
  await hear(CENTRE);
  assert.deepEqual([clockError(), isTimeKnown()], [null, true]);
  assert.equal(centreTime().getTime(), CENTRE + 4 * 60_000);
});

test("what is known of the clock is known at the next start without network", async () => {
  setTabletTo(CENTRE + 3 * HOUR);
  await hear(CENTRE);
  await recallTime(await newTablet());
  assert.equal(clockError(), null);
  await recallTime(await sameTablet(store));
  assert.deepEqual(clockError(), { ahead: 3 * HOUR, isAtLeast: false });
});

test("a clock that was set right is taken for right at the next contact", async () => {
  setTabletTo(CENTRE + 3 * HOUR);
  await hear(CENTRE);
  setTabletTo(CENTRE + HOUR);
  let changes = 0;
  const stop = onClockChange(() => (changes += 1));
  await hear(CENTRE + HOUR);
  stop();
  assert.deepEqual([clockError(), changes], [null, 1]);
});

test("a clock set back by an empty battery is seen without network: it is before what the centre said", async () => {
  setTabletTo(CENTRE);
  await hear(CENTRE);
  setTabletTo(Date.parse("2015-01-01T00:00:00Z"));
  const error = clockError();
  assert.deepEqual([error?.isAtLeast, isTimeKnown()], [true, false]);
  assert.equal(centreTime().getTime(), CENTRE);
});

test("an answer over a tablet that slept, or a clock changed meanwhile, tells no time", async () => {
  setTabletTo(CENTRE);
  await hear(CENTRE, CENTRE - HOUR, CENTRE);
  await hear(CENTRE, CENTRE, CENTRE - HOUR);
  await hear(NaN);
  assert.equal(isTimeKnown(), false);
});
