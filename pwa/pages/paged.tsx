// Long lists a page at a time: nothing that is not shown is read or opened.
import { useState } from "preact/hooks";
import { useWording } from "../i18n.ts";
import { useLoaded } from "../widgets/loading/loaded.ts";

const A_PAGE = 20;

export interface Paged<T> {
  /** Null before the first page is there. */
  readonly items: readonly T[] | null;
  readonly hasMore: boolean;
  readonly more: () => void;
}

/** The newest of a list that `load` reads, loaded again whenever `when` changes. */
export function usePaged<T>(load: (most: number) => Promise<readonly T[]>, when: readonly unknown[]): Paged<T> {
  const [most, setMost] = useState(A_PAGE);
  // One more than is shown tells whether there is more.
  const loaded = useLoaded(() => load(most + 1), [...when, most]);
  return {
    items: loaded?.slice(0, most) ?? null,
    hasMore: (loaded?.length ?? 0) > most,
    more: () => setMost(most + A_PAGE),
  };
}

export function More({ paged }: { paged: Paged<unknown> }) {
  const { say } = useWording();
  if (!paged.hasMore) return null;
  return (
    <button type="button" class="button" onClick={paged.more}>
      {say("show_more")}
    </button>
  );
}
