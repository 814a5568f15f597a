import assert from "node:assert/strict";
import { test } from "node:test";
import { saveDraft } from "../../../pwa/store/records/drafts.ts";
import { NotSaved } from "../../../pwa/store/problems.ts";
import {
  changePassphrase,
  createVault,
  keyOf,
  lock,
  officersHere,
  setIdentity,
  unlock,
  usernameKey,
  vaultsOf,
} from "../../../pwa/store/vault/vault.ts";
import { fillDisk, heal } from "./faults.ts";
import { AYSE, draftWith, MEHMET, newTablet, rawBytes, sameTablet, tamper, vaultOf } from "./tablet.ts";

test("a vault opens again after the browser was killed, without network", async () => {
  const store = await newTablet();
  const made = await vaultOf(store);
  const opened = await unlock(await sameTablet(store), AYSE);
  assert.equal(opened?.row.id, made.row.id);
});

test("a wrong passphrase opens nothing and changes nothing", async () => {
  const store = await newTablet();
  await vaultOf(store);
  const before = await rawBytes(store);
  assert.equal(await unlock(store, { ...AYSE, password: AYSE.password + " " }), null);
  assert.deepEqual(await rawBytes(store), before);
});

test("a full disk does not keep an officer from opening the vault", async () => {
  const store = await newTablet();
  await vaultOf(store);
  fillDisk("vaults");
  const opened = await unlock(store, AYSE);
  heal();
  assert.ok(opened);
});

test("another officer's passphrase does not open this officer's vault", async () => {
  const store = await newTablet();
  await vaultOf(store, AYSE);
  await vaultOf(store, MEHMET);
  assert.equal(await unlock(store, { ...AYSE, password: MEHMET.password }), null);
});

test("the wrapping key costs 600,000 rounds of PBKDF2 and every vault has its own salt", async () => {
  const store = await newTablet();
  const first = await vaultOf(store, AYSE);
  const second = await vaultOf(store, { ...MEHMET, password: AYSE.password });
  assert.equal(first.row.iterations, 600_000);
  assert.equal(first.row.salt.length, 16);
  assert.notDeepEqual(first.row.salt, second.row.salt);
});

test("the open key cannot be exported", async () => {
  const vault = await vaultOf(await newTablet());
  assert.equal(keyOf(vault).extractable, false);
  await assert.rejects(crypto.subtle.exportKey("raw", keyOf(vault)));
});

test("the passphrase lies nowhere on the tablet", async () => {
  const store = await newTablet();
  await vaultOf(store, { ...AYSE, password: "CANARY-passphrase-0451" });
  const bytes = await rawBytes(store);
  assert.ok(bytes.includes(AYSE.username), "the search finds what does lie there");
  assert.ok(!bytes.includes("CANARY-passphrase"));
  assert.ok(!bytes.includes(Buffer.from("CANARY-passphrase", "utf16le")));
});

test("a passphrase opens whether the keyboard composes its letters or not", async () => {
  const store = await newTablet();
  await vaultOf(store, { ...AYSE, password: "güneşli çarşı".normalize("NFC") });
  assert.ok(await unlock(store, { ...AYSE, password: "güneşli çarşı".normalize("NFD") }));
});

test("a user name is one name however a Turkish keyboard capitalises it", async () => {
  assert.equal(usernameKey(" İsmail.Iz "), "ismail.iz");
  assert.equal(usernameKey("ISMAIL.IZ"), "ismail.iz");
  const store = await newTablet();
  await vaultOf(store);
  assert.equal((await vaultsOf(store, "AYSE.DEMIR")).length, 1);
});

test("locking waits for the save under way, then nothing more is readable or writable", async () => {
  const vault = await vaultOf(await newTablet());
  let saved = false;
  const draft = draftWith({ q1: "1" });
  const saving = saveDraft(vault, draft).then(() => (saved = true));
  await lock(vault);
  assert.equal(saved, true);
  await saving;
  assert.throws(() => keyOf(vault), new NotSaved("locked"));
  await assert.rejects(saveDraft(vault, draft), (error: NotSaved) => error.reason === "locked");
});

test("an identity to be confirmed stays so over a restart until the server has spoken", async () => {
  const store = await newTablet();
  await createVault(store, AYSE, { identity: "unconfirmed" });
  const later = (await unlock(await sameTablet(store), AYSE))!;
  assert.equal(later.row.identity, "unconfirmed");
  const officer = { username: "ayse.demir", full_name: "Ayşe Demir", role: "officer", language: "tr" };
  await setIdentity(later, { identity: "confirmed", officer });
  const [row] = await vaultsOf(store, AYSE.username);
  assert.deepEqual([row!.identity, row!.officer], ["confirmed", officer]);
});

test("a new passphrase opens what the old one wrote, and the old one opens nothing any more", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  const { saved_at } = await saveDraft(vault, draftWith({ q1: "1" }));
  assert.ok(saved_at > 0);
  assert.equal(await changePassphrase(vault, AYSE.password, "yeni ve uzun parola"), true);
  assert.equal(await unlock(store, AYSE), null);
  assert.ok(await unlock(store, { ...AYSE, password: "yeni ve uzun parola" }));
});

test("only who knows the present passphrase can change it", async () => {
  const store = await newTablet();
  const vault = await vaultOf(store);
  assert.equal(await changePassphrase(vault, "yanlış", "başka"), false);
  assert.ok(await unlock(store, AYSE));
});

test("officers are listed once each, the latest first, by full name once the server told it", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_000 });
  const store = await newTablet();
  const officer = { username: "ayse.demir", full_name: "Ayşe Demir", role: "officer", language: "tr" };
  await createVault(store, AYSE, { identity: "confirmed", officer });
  await createVault(store, { ...AYSE, password: "başka bir parola" }, { identity: "unconfirmed" });
  t.mock.timers.tick(1);
  await vaultOf(store, MEHMET);
  const ayse = { username: "ayse.demir", fullName: "Ayşe Demir" };
  const mehmet = { username: "mehmet.kaya", fullName: null };
  assert.deepEqual(await officersHere(store), [mehmet, ayse]);
  t.mock.timers.tick(1);
  await unlock(store, AYSE);
  assert.deepEqual(await officersHere(store), [ayse, mehmet]);
});

test("a wrapped key moved into another officer's row does not open there", async () => {
  const store = await newTablet();
  const thief = await vaultOf(store, MEHMET);
  await vaultOf(store, AYSE);
  const { wrapped_key, salt } = thief.row;
  await tamper(store, "vaults", (row) =>
    row["username"] === AYSE.username ? { ...row, wrapped_key, salt } : row,
  );
  assert.equal(await unlock(store, { ...AYSE, password: MEHMET.password }), null);
});
