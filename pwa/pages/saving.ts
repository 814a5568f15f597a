// Every change of an interview goes to the store at once; the screen says what the store says.
import { useEffect, useMemo, useState } from "preact/hooks";
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

/** Saves one interview. Only what shows the state listens to it: a tap must not draw all twice. */
export interface Saver {
  readonly now: () => Saving;
  readonly save: () => void;
  /** Keep where the officer stands. */
  readonly standAt: (page: string) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Look again at the interview whenever it changes. */
export function useChanges(model: InterviewModel): number {
  const [revision, setRevision] = useState(model.revision);
  useEffect(() => model.subscribe(() => setRevision(model.revision)), [model]);
  return revision;
}

/** The saver of an open interview; it hears of every change by itself. */
export function useSaver(vault: OpenVault, model: InterviewModel): Saver {
  const saver = useMemo(() => saverOf(vault, model), [vault, model]);
  useEffect(() => model.subscribe(saver.save), [model, saver]);
  return saver;
}

export function useSaving(saver: Saver): Saving {
  const [saving, setSaving] = useState(saver.now);
  useEffect(() => saver.subscribe(() => setSaving(saver.now())), [saver]);
  return saving;
}

function saverOf(vault: OpenVault, model: InterviewModel): Saver {
  const listeners = new Set<() => void>();
  let saving: Saving = { isRunning: false, failure: null };
  let standing: string | null = null;
  let newest = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const tell = (next: Saving) => {
    saving = next;
    for (const listener of listeners) listener();
  };
  const write = async () => {
    timer = null;
    const mine = ++newest;
    const failure = await saveDraft(vault, keptDraft(model, standing)).then(() => null, reasonOf);
    if (mine === newest && timer === null) tell({ isRunning: false, failure });
  };
  const save = () => {
    if (!saving.isRunning) tell({ ...saving, isRunning: true });
    // After the handlers of this tap, so that the screen answers first.
    timer ??= setTimeout(() => void write());
  };
  return {
    now: () => saving,
    save,
    standAt: (page) => {
      standing = page;
      save();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function reasonOf(error: unknown): NotSavedReason {
  return error instanceof NotSaved ? error.reason : "unexpected";
}
