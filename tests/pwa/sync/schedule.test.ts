import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { INTERVAL, startSchedule } from "../../../pwa/sync/schedule.ts";
import type { Outcome } from "../../../pwa/sync/synchronise.ts";

const DONE: Outcome = {
  ...{ kind: "done", delivered: 0, left: 0 },
  ...{ isKeyChanged: false, retryAfter: null, troubles: [] },
};

function app(t: TestContext, outcome: () => Promise<Outcome> = async () => DONE) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const state = { rounds: 0, isVisible: true, heard: [] as Outcome[], errors: [] as unknown[] };
  const [network, screen] = [new EventTarget(), new EventTarget()];
  const schedule = startSchedule(
    () => {
      state.rounds += 1;
      return outcome();
    },
    { network, screen, isVisible: () => state.isVisible },
    { onOutcome: (one) => state.heard.push(one), onError: (error) => state.errors.push(error) },
  );
  const pass = async (seconds: number) => {
    await settle();
    t.mock.timers.tick(seconds * 1000);
    await settle();
  };
  return { state, network, screen, schedule, pass };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("it sends at the start and then by the timer", async (t) => {
  const { state, pass } = app(t);
  assert.equal(state.rounds, 1);
  await pass(INTERVAL - 1);
  assert.equal(state.rounds, 1);
  await pass(1);
  assert.equal(state.rounds, 2);
});

test("it sends when the network comes back and when the screen is looked at again", async (t) => {
  const { state, network, screen } = app(t);
  await settle();
  network.dispatchEvent(new Event("online"));
  await settle();
  assert.equal(state.rounds, 2);
  state.isVisible = false;
  screen.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.equal(state.rounds, 2);
  state.isVisible = true;
  screen.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.equal(state.rounds, 3);
});

test("the timer rests while nobody looks and goes on afterwards", async (t) => {
  const { state, pass } = app(t);
  await settle();
  state.isVisible = false;
  await pass(INTERVAL);
  await pass(INTERVAL);
  assert.equal(state.rounds, 1);
  state.isVisible = true;
  await pass(INTERVAL);
  assert.equal(state.rounds, 2);
});

test("the button sends at once and tells how it went", async (t) => {
  const { state, schedule } = app(t);
  await settle();
  assert.deepEqual(await schedule.sendNow(), DONE);
  assert.equal(state.rounds, 2);
});

test("taps and events during a round share it", async (t) => {
  let finish: (outcome: Outcome) => void = () => {};
  const { state, schedule, network } = app(t, () => new Promise((resolve) => (finish = resolve)));
  const taps = [schedule.sendNow(), schedule.sendNow()];
  network.dispatchEvent(new Event("online"));
  finish(DONE);
  assert.deepEqual(await Promise.all(taps), [DONE, DONE]);
  assert.deepEqual([state.rounds, state.heard.length], [1, 1]);
});

test("trouble is tried again sooner than the timer, then ever later, and never given up", async (t) => {
  t.mock.method(Math, "random", () => 1);
  const { state, pass } = app(t, async () => ({ ...DONE, kind: "unreachable", left: 1 }));
  for (const wait of [5, 10, 20, 40, 80, 160, 300, 300, 300]) {
    const before = state.rounds;
    await pass(wait - 0.01);
    assert.equal(state.rounds, before, `not before ${wait} s`);
    await pass(0.02);
    assert.equal(state.rounds, before + 1, `after ${wait} s`);
  }
});

test("the server's Retry-After is honoured", async (t) => {
  const { state, pass } = app(t, async () => ({ ...DONE, kind: "busy", retryAfter: 120 }));
  await pass(119);
  assert.equal(state.rounds, 1);
  await pass(60);
  assert.equal(state.rounds, 2);
});

test("a round that another tab is doing is looked at again within seconds", async (t) => {
  const { state, pass } = app(t, async () => ({ ...DONE, kind: "elsewhere" }));
  await pass(6);
  assert.equal(state.rounds, 2);
});

test("an error is told, and the schedule goes on", async (t) => {
  const { state, schedule, pass } = app(t, () => Promise.reject(new RangeError("full disk")));
  await pass(6);
  assert.equal(state.rounds, 2);
  assert.ok(state.errors.length >= 2);
  await assert.rejects(schedule.sendNow(), RangeError);
});

test("a stopped schedule does nothing more", async (t) => {
  const { state, schedule, network, pass } = app(t);
  await settle();
  schedule.stop();
  network.dispatchEvent(new Event("online"));
  await pass(INTERVAL * 3);
  assert.equal(state.rounds, 1);
});

test("a schedule stopped during a round plans no further one", async (t) => {
  const { state, schedule, pass } = app(t);
  schedule.stop();
  await pass(INTERVAL * 3);
  assert.equal(state.rounds, 1);
});
