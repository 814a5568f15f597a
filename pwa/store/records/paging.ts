// A part of a long list, from its end: lists of thousands are shown by the page.
import type { IDBPIndex, IndexNames, StoreNames } from "idb";
import type { Schema } from "../schema.ts";

export interface Range {
  /** How many of the newest to leave out. */
  readonly skip?: number;
  readonly most?: number;
}

/** The rows of a page, in falling order of the index. */
export async function pageOf<Name extends StoreNames<Schema>, Index extends IndexNames<Schema, Name>>(
  index: IDBPIndex<Schema, [Name], Name, Index, "readonly">,
  keys: IDBKeyRange,
  { skip = 0, most }: Range,
): Promise<Schema[Name]["value"][]> {
  // One request for all of them is the fastest way where all are wanted.
  if (most === undefined) return (await index.getAll(keys as never)).reverse().slice(skip);
  const rows: Schema[Name]["value"][] = [];
  let cursor = await index.openCursor(keys as never, "prev");
  if (cursor && skip > 0) cursor = await cursor.advance(skip);
  for (; cursor && rows.length < most; cursor = await cursor.continue()) rows.push(cursor.value);
  return rows;
}
