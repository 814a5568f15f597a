import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprint, proves, receiptText } from "../../../pwa/store/records/receipts.ts";
import { newOffice } from "./office.ts";

const RECORD = {
  instance_id: "01934b1c-0000-7000-8000-000000000001",
  revision: 2,
  digest: `sha256:${"ab".repeat(32)}`,
};

// Signed by server/sync/receipts.py (key and text made there), so that both sides agree on the bytes.
const FROM_THE_SERVER = {
  key: {
    key_id: "9569a29e42dd2396",
    public_key: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEH1WV1CfTKLqSiZmy3vkEE0jcK6AdJ7DIs9fTYgp0qCBP_koj2IZLCDWbqU9Hs8VElrROnfLHkPDhvNrq4xmduw",
  },
  receipt: {
    ...RECORD,
    status: "accepted" as const,
    sequence: 41,
    received_at: "2026-11-21T08:00:00.000Z",
    missing_attachments: [],
    key_id: "9569a29e42dd2396",
    signature: "Z_LOgYObWu-I4vVJ639Lwg7NZH2bI29nWHPTwQAUaegBMuh12bMSyyBd3ZXouNZd_7a8Ag_BbuDZcRzQ3-fFQQ",
  },
};

test("a receipt that the server's own code signed is believed", async () => {
  assert.equal(await proves(FROM_THE_SERVER.receipt, RECORD, FROM_THE_SERVER.key), true);
});

test("the signed text is one field a line in the fixed order", async () => {
  const office = await newOffice();
  const receipt = await office.sign({ ...RECORD, missing_attachments: ["sha256:1", "sha256:2"] });
  assert.equal(
    receiptText(receipt),
    `izdes-receipt-1\n${RECORD.instance_id}\n2\n${RECORD.digest}\naccepted\n7\n` +
      "2026-11-21T08:00:00.000Z\nsha256:1,sha256:2",
  );
});

test("a receipt with an epoch is of the second format, which covers it", async () => {
  const office = await newOffice();
  const receipt = await office.sign({ ...RECORD, epoch: "a1b2" });
  assert.equal(
    receiptText(receipt),
    `izdes-receipt-2\n${RECORD.instance_id}\n2\n${RECORD.digest}\naccepted\n7\n2026-11-21T08:00:00.000Z\n\na1b2`,
  );
  assert.equal(await proves(receipt, RECORD, office.key), true);
  for (const epoch of ["a1b3", ""]) {
    assert.equal(await proves({ ...receipt, epoch }, RECORD, office.key), false);
  }
});

test("a receipt counts only for its own record, revision and digest", async () => {
  const office = await newOffice();
  const receipt = await office.sign(RECORD);
  assert.equal(await proves(receipt, RECORD, office.key), true);
  for (const other of [
    { ...RECORD, instance_id: RECORD.instance_id.replace(/1$/, "2") },
    { ...RECORD, revision: 3 },
    { ...RECORD, digest: `sha256:${"cd".repeat(32)}` },
  ]) {
    assert.equal(await proves(receipt, other, office.key), false);
  }
});

test("a receipt of which any field was changed after signing does not count", async () => {
  const office = await newOffice();
  const receipt = await office.sign(RECORD);
  for (const forged of [
    { ...receipt, status: "quarantined" as const },
    { ...receipt, sequence: 8 },
    { ...receipt, received_at: "2026-11-21T08:00:00.001Z" },
    { ...receipt, signature: receipt.signature.replace(/^./, (c) => (c === "A" ? "B" : "A")) },
    { ...receipt, signature: "" },
    { ...receipt, signature: "not base64 !" },
  ]) {
    assert.equal(await proves(forged, RECORD, office.key), false);
  }
});

test("another office's signature does not count, even under the trusted key's name", async () => {
  const [office, impostor] = [await newOffice("office-1"), await newOffice("office-1")];
  assert.equal(await proves(await impostor.sign(RECORD), RECORD, office.key), false);
  assert.equal(await proves(await impostor.sign(RECORD), RECORD, impostor.key), true);
});

test("a receipt that misses an attachment does not count yet", async () => {
  const office = await newOffice();
  const receipt = await office.sign({ ...RECORD, missing_attachments: ["sha256:1"] });
  assert.equal(await proves(receipt, RECORD, office.key), false);
});

test("a key has a fingerprint that can be read out, and another key another one", async () => {
  const [left, right] = [await newOffice(), await newOffice()];
  assert.match(await fingerprint(left.key), /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
  assert.notEqual(await fingerprint(left.key), await fingerprint(right.key));
});
