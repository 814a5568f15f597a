import assert from "node:assert/strict";
import { test } from "node:test";
import { takeSeat } from "../../../pwa/store/seat.ts";

/** The browser's locks as one tab sees them, as far as seats use them: Node has none. */
function browserLocks(): LockManager {
  const held = new Set<string>();
  const request = async (name: string, options: LockOptions, work: (lock: Lock | null) => unknown) => {
    await Promise.resolve();
    if (options.ifAvailable && held.has(name)) return work(null);
    held.add(name);
    await work({ name, mode: "exclusive" });
    held.delete(name);
  };
  return { request } as unknown as LockManager;
}

const NOBODY = { onLost: async () => {} };
const NOTHING = async () => {};

test("a tab that leaves before it was seated, and comes back at once, does not take itself for another tab", async () => {
  const locks = browserLocks();
  const first = takeSeat("a", NOBODY, locks).then((seat) => seat?.(NOTHING));
  const second = takeSeat("a", NOBODY, locks);
  await first;
  assert.notEqual(await second, null);
});

test("while another one sits there the seat is not to be had", async () => {
  const locks = browserLocks();
  const seat = await takeSeat("b", NOBODY, locks);
  assert.equal(await takeSeat("b", NOBODY, locks), null);
  await seat?.(NOTHING);
  assert.notEqual(await takeSeat("b", NOBODY, locks), null);
});
