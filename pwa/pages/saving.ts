// Every change of an interview goes to the store at once; the screen says what the store says.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { InterviewModel } from "../form/model.ts";
import { saveDraft } from "../store/drafts.ts";
import { NotSaved, type NotSavedReason } from "../store/problems.ts";
import type { OpenVault } from "../store/vault.ts";
import { keptDraft } from "./kept-interview.ts";

export interface Saving {
  readonly isRunning: boolean;
  /** Why the last save failed; it stays said until one succeeds. */
  readonly failure: NotSavedReason | null;
}

/** Look again at the interview whenever it changes. */
export function useChanges(model: InterviewModel): number {
  const [revision, setRevision] = useState(model.revision);
  useEffect(() => model.subscribe(() => setRevision(model.revision)), [model]);
  return revision;
}

/** Save every change and the page one stands on; `save` tries again. */
export function useSaving(vault: OpenVault, model: InterviewModel, page: string | null) {
  const [saving, setSaving] = useState<Saving>({ isRunning: false, failure: null });
  const newest = useRef(0);
  const standing = useRef(page);
  standing.current = page;
  const save = useCallback(async () => {
    const mine = ++newest.current;
    const settle = (failure: NotSavedReason | null) =>
      mine === newest.current && setSaving({ isRunning: false, failure });
    setSaving(({ failure }) => ({ isRunning: true, failure }));
    try {
      await saveDraft(vault, keptDraft(model, standing.current));
      settle(null);
    } catch (error) {
      settle(error instanceof NotSaved ? error.reason : "unexpected");
    }
  }, [vault, model]);
  useEffect(() => model.subscribe(() => void save()), [model, save]);
  useEffect(() => {
    if (page) void save();
  }, [page, save]);
  return { saving, save };
}
