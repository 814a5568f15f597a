// Every change of an interview goes to the store at once; the screen says what the store says.
import { useEffect, useMemo } from "preact/hooks";
import type { InterviewModel } from "../form/model.ts";
import { saveDraft, settled } from "../store/records/drafts.ts";
import { reasonOf, type NotSavedReason } from "../store/problems.ts";
import { underWay, type OpenVault } from "../store/vault/vault.ts";
import { afterPaint, answerNow } from "../widgets/after-paint.ts";
import { useWatched } from "../widgets/watched.ts";
import { keptDraft, type Beside, type Opened } from "./kept-interview.ts";
import { recorderOf } from "./recording.ts";
import { undoStepsOf, type UndoSteps } from "./undo-steps.ts";

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
  /** Save now what is still on its way, and wait until it has ended. */
  readonly flush: () => Promise<void>;
  readonly subscribe: (listener: () => void) => () => void;
  readonly undoSteps: UndoSteps;
  /** What belongs to the interview beside its answers, as of now. */
  readonly beside: () => Beside;
}

/** Look again at the interview whenever it changes. */
export function useChanges(model: InterviewModel): number {
  return useWatched(() => model.revision, model.subscribe, [model]);
}

/** The saver of an open interview; it hears of every change by itself. */
export function useSaver(vault: OpenVault, opened: Opened): Saver {
  const { model } = opened;
  const saver = useMemo(() => saverOf(vault, opened), [vault, opened]);
  useEffect(() => {
    // What the finger did last must not wait for a frame that never comes.
    const onVisibility = () => saver.turn(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", onVisibility);
    if (document.visibilityState !== "visible") onVisibility();
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      saver.turn(false);
    };
  }, [saver]);
  // After the effect above: on leaving, an answer on its way is heard before the listening ends.
  useEffect(() => {
    // What changed before the listening began is saved, too.
    if (model.revision !== saver.revision) saver.save();
    return model.subscribe(saver.save);
  }, [model, saver]);
  return saver;
}

export function useSaving(saver: Pick<Saver, "now" | "subscribe">): Saving {
  return useWatched(saver.now, saver.subscribe, [saver]);
}

interface Turning {
  /** The model's revision when the saver was made. */
  readonly revision: number;
  /** The interview comes to the front of the screen, or goes from it. */
  readonly turn: (isVisible: boolean) => void;
}

function saverOf(vault: OpenVault, opened: Opened): Saver & Turning {
  const { model, correction, isCentreTime } = opened;
  const listeners = new Set<() => void>();
  const undoSteps = undoStepsOf(model);
  const recorder = recorderOf(opened);
  const beside = (): Beside => ({ correction, noted: recorder?.noted() ?? null, isCentreTime });
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
    const draft = model.draft();
    undoSteps.look(draft);
    recorder?.look(draft, standing);
    const kept = keptDraft(model, { page: standing, last: undoSteps.lastPath() ?? opened.last }, beside());
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
    revision: model.revision,
    now: () => saving,
    save,
    turn: (isVisible) => {
      answerNow();
      recorder?.turn(isVisible, standing);
      waiting?.();
    },
    standAt: (page) => {
      standing = page;
      save();
    },
    flush: async () => {
      answerNow();
      waiting?.();
      await settled(vault, model.draft().instance_id);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    undoSteps,
    beside,
  };
}
