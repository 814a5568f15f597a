// Every change of an interview goes to the store at once; the screen says what the store says.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { InterviewModel } from "../form/model.ts";
import { saveDraft } from "../store/drafts.ts";
import { NotSaved, type NotSavedReason } from "../store/problems.ts";
import { underWay, type OpenVault } from "../store/vault.ts";
import { afterPaint } from "./after-paint.ts";
import { keptDraft } from "./kept-interview.ts";
import { trailOf, type Trail } from "./trail.ts";

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
  readonly trail: Trail;
}

/** Look again at the interview whenever it changes. */
export function useChanges(model: InterviewModel): number {
  const [revision, setRevision] = useState(model.revision);
  useEffect(() => model.subscribe(() => setRevision(model.revision)), [model]);
  return revision;
}

/** The saver of an open interview; it hears of every change by itself. */
export function useSaver(vault: OpenVault, model: InterviewModel, last: string | null): Saver {
  const saver = useMemo(() => saverOf(vault, model, last), [vault, model]);
  useEffect(() => model.subscribe(saver.save), [model, saver]);
  useEffect(() => {
    // What the finger did last must not wait for a frame that never comes.
    document.addEventListener("visibilitychange", saver.hurry);
    return () => {
      document.removeEventListener("visibilitychange", saver.hurry);
      saver.hurry();
    };
  }, [saver]);
  return saver;
}

export function useSaving(saver: Saver): Saving {
  const [saving, setSaving] = useState(saver.now);
  useEffect(() => saver.subscribe(() => setSaving(saver.now())), [saver]);
  return saving;
}

function saverOf(vault: OpenVault, model: InterviewModel, lastBefore: string | null): Saver & { hurry: () => void } {
  const listeners = new Set<() => void>();
  const trail = trailOf(model);
  let saving: Saving = { isRunning: false, failure: null };
  let standing: string | null = null;
  let newest = 0;
  let waiting: (() => void) | null = null;

  const tell = (next: Saving) => {
    saving = next;
    for (const listener of listeners) listener();
  };
  const write = async () => {
    waiting = null;
    const mine = ++newest;
    trail.look(model.draft());
    const kept = keptDraft(model, { page: standing, last: trail.lastPath() ?? lastBefore });
    const failure = await saveDraft(vault, kept).then(() => null, reasonOf);
    if (mine === newest && waiting === null) tell({ isRunning: false, failure });
  };
  const save = () => {
    if (!saving.isRunning) tell({ ...saving, isRunning: true });
    // The screen answers first; many changes in one frame are one save.
    if (waiting) return;
    const written = new Promise<void>((done) => {
      waiting = afterPaint(() => void write().then(done));
    });
    // Locking waits for what is only about to be written, too.
    void underWay(vault, written);
  };
  return {
    now: () => saving,
    save,
    hurry: () => waiting?.(),
    standAt: (page) => {
      standing = page;
      save();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    trail,
  };
}

function reasonOf(error: unknown): NotSavedReason {
  return error instanceof NotSaved ? error.reason : "unexpected";
}
