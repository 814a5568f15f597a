// For how many days a record may be corrected: also the review says so, which lets nothing be corrected.
import { readCatalogue } from "../store/catalogue.ts";
import type { Store } from "../store/database.ts";

/** Until a server has said how many. */
export const DAYS = 7;

/** For how many days after its receipt a record may be corrected. */
export async function correctionDays(store: Store): Promise<number> {
  return (await readCatalogue(store))?.correction_days ?? DAYS;
}
