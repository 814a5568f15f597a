// Small single values: who this tablet is, what the server last said.
import { commit, read, type Store } from "./database.ts";
import type { Facts } from "./schema.ts";

/** The value of a fact, undefined when it was never written. */
export async function readFact<Name extends keyof Facts>(store: Store, name: Name) {
  return (await read(store, (connection) => connection.get("facts", name))) as
    | Facts[Name]
    | undefined;
}

/** Replace a fact by what `change` makes of its present value; gives the new value. */
export async function changeFact<Name extends keyof Facts>(
  store: Store,
  name: Name,
  change: (present: Facts[Name] | undefined) => Facts[Name],
): Promise<Facts[Name]> {
  return commit(store, ["facts"], async (transaction) => {
    const facts = transaction.objectStore("facts");
    const changed = change((await facts.get(name)) as Facts[Name] | undefined);
    await facts.put(changed, name);
    return changed;
  });
}
