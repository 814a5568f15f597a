import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { startIdleTimer } from "../../../pwa/store/idle.ts";

const MINUTE = 60_000;

function idle(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const locked = { times: 0 };
  const timer = startIdleTimer(5 * MINUTE, () => (locked.times += 1));
  return { timer, locked, pass: (ms: number) => t.mock.timers.tick(ms) };
}

test("five minutes without a touch lock once", (t) => {
  const { locked, pass } = idle(t);
  pass(5 * MINUTE - 1);
  assert.equal(locked.times, 0);
  pass(1);
  pass(20 * MINUTE);
  assert.equal(locked.times, 1);
});

test("every touch starts the time again", (t) => {
  const { timer, locked, pass } = idle(t);
  for (let n = 0; n < 10; n += 1) {
    pass(4 * MINUTE);
    timer.touch();
  }
  assert.equal(locked.times, 0);
  pass(5 * MINUTE);
  assert.equal(locked.times, 1);
});

test("a tablet that slept through the time locks at the first touch", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let [now, locked] = [0, 0];
  const timer = startIdleTimer(5 * MINUTE, () => (locked += 1), () => now);
  now = 8 * 60 * MINUTE;
  timer.touch();
  timer.touch();
  assert.equal(locked, 1);
});

test("a clock set back neither locks nor keeps open for ever", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let [now, locked] = [10 * 365 * 24 * 60 * MINUTE, 0];
  const timer = startIdleTimer(5 * MINUTE, () => (locked += 1), () => now);
  now = 0;
  timer.touch();
  assert.equal(locked, 0);
  t.mock.timers.tick(5 * MINUTE);
  assert.equal(locked, 1);
});

test("a stopped timer never locks", (t) => {
  const { timer, locked, pass } = idle(t);
  timer.stop();
  timer.touch();
  pass(60 * MINUTE);
  assert.equal(locked.times, 0);
});
