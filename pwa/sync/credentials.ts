// What the server says to a user name and a password.
import { usernameKey, type Credentials } from "../store/vault/vault.ts";
import { isSessionAnswer, type SessionAnswer } from "./answers.ts";
import { ask, type Server } from "./exchange.ts";
import { awayAfter, type Away } from "./stopping.ts";

export type Check =
  | { kind: "accepted"; answer: SessionAnswer }
  | { kind: "refused" }
  | { kind: "away"; why: Away }
  | { kind: "too_many_attempts"; seconds: number };

const DEFAULT_WAIT = 60;

/** Ask the server; anything but its own clear word is neither yes nor no. */
export async function checkCredentials(
  server: Server,
  { username, password }: Credentials,
): Promise<Check> {
  const body = { username: usernameKey(username), password, bearer: true };
  const reply = await ask(server, "/api/v1/session", { method: "POST", body });
  if (reply.kind === "answer" && isSessionAnswer(reply.value)) {
    const answer = reply.value;
    const isMine = usernameKey(answer.officer.username) === body.username;
    return isMine ? { kind: "accepted", answer } : { kind: "away", why: "unreachable" };
  }
  if (reply.kind !== "problem") return { kind: "away", why: awayAfter(reply) };
  if (reply.code === "wrong_credentials") return { kind: "refused" };
  if (reply.code !== "too_many_attempts") return { kind: "away", why: awayAfter(reply) };
  return { kind: "too_many_attempts", seconds: reply.retryAfter ?? DEFAULT_WAIT };
}
