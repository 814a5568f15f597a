// What the server offers for working offline: forms by version, visits, and the key of its receipts.
import { unpackedForm } from "../form/packing.ts";
import type {
  Catalogue,
  FormDefinition,
  FormSummary,
  ReceiptKey,
  VisitSummary,
} from "../generated/schemas.ts";
import { sealValue, unsealValue } from "./vault/cipher.ts";
import { commit, read, type Store } from "./database.ts";
import { digestOf } from "./digest.ts";
import { changeFact, readFact } from "./facts.ts";
import { NotFound } from "./problems.ts";
import type { PinnedKey, PublicCatalogue } from "./schema.ts";
import { keyOf, underWay, type OpenVault } from "./vault/vault.ts";

/** The catalogue as last downloaded, null on a tablet that never reached the server. */
export async function readCatalogue(store: Store): Promise<PublicCatalogue | null> {
  return (await readFact(store, "catalogue")) ?? null;
}

/** Write down the list of forms. Call it once every listed form is stored. */
export async function saveCatalogue(store: Store, catalogue: Catalogue): Promise<void> {
  const { server_time, forms, correction_days } = catalogue;
  await changeFact(store, "catalogue", (present) => {
    const isSame = !present || namesOf(present.forms) === namesOf(forms);
    return { server_time, correction_days, forms: [...forms], before: (isSame ? present?.before : present.forms) ?? [] };
  });
}

function namesOf(forms: readonly FormSummary[]): string {
  return forms.map(nameOf).join(" ");
}

function nameOf(form: Pick<FormSummary, "id" | "version">): string {
  return `${form.id}/${form.version}`;
}

/** Those of `forms` whose text is not stored yet, or is stored with another digest. */
export async function missingForms(
  store: Store,
  forms: readonly FormSummary[],
): Promise<FormSummary[]> {
  const stored = await read(store, (connection) => connection.getAll("forms"));
  const digests = new Map(stored.map((row) => [nameOf(row), row.digest]));
  return forms.filter((form) => digests.get(nameOf(form)) !== form.digest);
}

/** Store a form if its bytes are the ones the catalogue promised; false when they are not. */
export async function saveForm(store: Store, form: FormSummary, text: string): Promise<boolean> {
  if ((await digestOf(text)) !== form.digest) return false;
  const { id, version, digest } = form;
  await commit(store, ["forms"], (transaction) =>
    transaction.objectStore("forms").put({ id, version, digest, text }),
  );
  return true;
}

/** A form version, also one that is no longer offered but that a draft still needs. */
export async function readForm(
  store: Store,
  id: string,
  version: string,
): Promise<FormDefinition> {
  const row = await read(store, (connection) => connection.get("forms", [id, version]));
  if (!row) throw new NotFound(`form ${id} ${version}`);
  return unpackedForm(row.text);
}

/**
 * Remove form versions that are not offered, were not offered just before, and that no draft and no
 * record on the tablet needs.
 */
export async function dropUnneededForms(store: Store): Promise<void> {
  const offered = await readCatalogue(store);
  if (!offered) return;
  await commit(store, ["forms", "drafts", "outbox"], async (transaction) => {
    const used = [
      ...(await formsIn(transaction.objectStore("drafts").index("form"))),
      ...(await formsIn(transaction.objectStore("outbox").index("form"))),
    ];
    const needed = new Set([...offered.forms, ...(offered.before ?? [])].map(nameOf).concat(used));
    const forms = transaction.objectStore("forms");
    for (const [id, version] of await forms.getAllKeys()) {
      if (!needed.has(`${id}/${version}`)) await forms.delete([id, version]);
    }
  });
}

interface FormKeys {
  count(): Promise<number>;
  openKeyCursor(range: null, direction: "nextunique"): Promise<FormKey | null>;
}

interface FormKey {
  readonly key: readonly [id: string, version: string];
  continue(): Promise<FormKey | null>;
}

/** Each form version once, however many rows are of it. */
async function formsIn(index: FormKeys): Promise<string[]> {
  const versions: string[] = [];
  // WebKit answers a "nextunique" cursor over an empty index with an UnknownError (its bug 319640).
  if ((await index.count()) === 0) return versions;
  for (let at = await index.openKeyCursor(null, "nextunique"); at; at = await at.continue()) {
    versions.push(at.key.join("/"));
  }
  return versions;
}

/** Keep the officer's visits, encrypted like everything else that is the officer's. */
export async function saveVisits(vault: OpenVault, visits: readonly VisitSummary[]): Promise<void> {
  await underWay(vault, writeVisits(vault, visits));
}

/** The officer's visits as last downloaded. */
export async function readVisits(vault: OpenVault): Promise<VisitSummary[]> {
  const { id } = vault.row;
  const row = await read(vault.store, (connection) => connection.get("visits", id));
  return row ? unsealValue<VisitSummary[]>(keyOf(vault), "visits", id, row.sealed) : [];
}

/** The key that receipts are checked with, and a different one if the server showed one later. */
export async function pinnedKey(store: Store): Promise<PinnedKey | null> {
  return (await readFact(store, "receipt_key")) ?? null;
}

/** Trust the first key ever seen; only note any other one. */
export async function meetReceiptKey(store: Store, shown: ReceiptKey): Promise<PinnedKey> {
  return changeFact(store, "receipt_key", (present) => {
    if (!present) return { trusted: shown, offered: null };
    return { ...present, offered: isSameKey(present.trusted, shown) ? null : shown };
  });
}

/** Trust the offered key from now on, because a person compared the fingerprint. */
export async function trustOfferedKey(store: Store, keyId: string): Promise<void> {
  await changeFact(store, "receipt_key", (present) => {
    if (present?.offered?.key_id !== keyId) throw new NotFound(`receipt key ${keyId}`);
    return { trusted: present.offered, offered: null };
  });
}

function isSameKey(left: ReceiptKey, right: ReceiptKey): boolean {
  return left.key_id === right.key_id && left.public_key === right.public_key;
}

async function writeVisits(vault: OpenVault, visits: readonly VisitSummary[]): Promise<void> {
  const sealed = await sealValue(keyOf(vault), "visits", vault.row.id, visits);
  await commit(vault.store, ["visits"], (transaction) =>
    transaction.objectStore("visits").put({ vault: vault.row.id, sealed }),
  );
}
