// Who spoke: the centre, the network before it, something in between, or nobody.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { ask, type Contact } from "../../../pwa/sync/exchange.ts";
import type { Told } from "../../../pwa/store/clock.ts";
import { newPeer, say, type Disturbance, type Peer } from "./peer.ts";

let peer: Peer;
beforeEach(async () => {
  peer = await newPeer();
});
afterEach(() => peer.close());

const PATH = "/api/v1/catalogue";
const PAGE = "<!doctype html><title>Otel</title>";
const problem = (status: number, code: string): Disturbance =>
  (_request, response) => say(response, status, "application/problem+json", JSON.stringify({ code }));

const CASES: [string, Disturbance | null, Contact][] = [
  ["the centre", null, "centre"],
  ["the centre with a problem", problem(503, "busy"), "centre"],
  ["a portal's page in place of an answer", (_q, r) => say(r, 200, "text/html; charset=utf-8", PAGE), "portal"],
  ["a portal that says 511", (_q, r) => say(r, 511, "text/html", PAGE), "portal"],
  ["a portal's redirect", redirected(302), "portal"],
  ["a portal's other redirect", redirected(307), "portal"],
  ["a proxy without its server", (_q, r) => say(r, 502, "text/html", PAGE), "down"],
  ["a proxy that waited in vain", (_q, r) => say(r, 504, "text/plain", "timeout"), "down"],
  ["a server that is not ours", (_q, r) => say(r, 404, "text/html", PAGE), "not_ours"],
  ["nobody", (_q, r) => Boolean(r.destroy()), "unreachable"],
];

for (const [name, disturb, contact] of CASES) {
  for (const method of ["GET", "HEAD"] as const) {
    if (method === "HEAD" && contact === "centre") continue;
    test(`${name} is heard as ${contact} (${method})`, async () => {
      peer.disturb = disturb;
      const heard: Contact[] = [];
      const reply = await ask({ ...peer.server, hears: (each) => heard.push(each) }, PATH, { method });
      assert.deepEqual(heard, [contact]);
      assert.equal(reply.kind === "silence" ? reply.why : "centre", contact);
      assert.equal(peer.requests.length, 1);
    });
  }
}

test("the centre's time is heard from its answers, and from nobody else's", async () => {
  const told: Told[] = [];
  const server = { ...peer.server, hearsTime: (each: Told) => told.push(each) };
  const before = Date.now();
  await ask(server, PATH);
  assert.equal(told[0]!.said, Date.parse(peer.serverTime));
  assert.ok(before <= told[0]!.asked && told[0]!.asked <= told[0]!.answered);
  peer.disturb = (_q, r) => say(r, 200, "text/html", PAGE);
  await ask(server, PATH);
  assert.equal(told.length, 1);
});

function redirected(status: number): Disturbance {
  return (_request, response) => {
    response.writeHead(status, { Location: "/login" });
    return Boolean(response.end());
  };
}
