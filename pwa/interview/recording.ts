// The recorder of an open interview: which questions stand on its page, in what language and network.
import { recordParadata } from "../form/paradata.ts";
import type { Draft, InterviewModel } from "../form/model.ts";
import { clockOf, type Opened } from "./kept-interview.ts";
import type { Paradata } from "../generated/schemas.ts";

export interface Recorder {
  /** Look at the answers, and at what the page with that key shows now. */
  readonly look: (draft: Draft, page: string | null) => void;
  /** The page with that key came to the front, or went from it. */
  readonly turn: (isVisible: boolean, page: string | null) => void;
  readonly noted: () => Paradata;
}

/** Null where nothing may be noted: an anonymous form, and a record that is only corrected. */
export function recorderOf({ model, noted, correction, isCentreTime }: Opened): Recorder | null {
  if (!noted) return null;
  const draft = model.draft();
  const recorder = recordParadata({
    before: noted,
    startedAt: Date.parse(draft.started_at),
    draft,
    clock: () => clockOf(isCentreTime)().getTime(),
    isTyped: (path) => TYPED.has(model.field(path)?.type ?? ""),
  });
  if (correction) return { look: () => {}, turn: () => {}, noted: () => noted };
  const show = (page: string | null) => recorder.show(pathsOn(model, page));
  return {
    look: (now, page) => {
      recorder.note({ language: model.language, offline: !navigator.onLine });
      show(page);
      recorder.look(now);
    },
    turn: (isVisible, page) => (isVisible ? show(page) : recorder.hide()),
    noted: recorder.noted,
  };
}

const TYPED = new Set<string>(["text", "integer", "decimal", "range"]);

function pathsOn(model: InterviewModel, key: string | null): string[] {
  const page = model.pages.find((candidate) => candidate.key === key);
  return page?.fields().flatMap((field) => (field.type === "note" ? [] : [field.path])) ?? [];
}
