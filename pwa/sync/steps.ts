// The parts of a round, each for itself: one that fails is told in words and stops no other.
import { reasonOf, type NotSavedReason } from "../store/problems.ts";

export type Step =
  | "identity" // who the officer is, or which tab's turn it is, could not be written down
  | "catalogue" // forms, visits or the receipt key could not be kept
  | "waiting" // what waits could not be read: nothing was sent
  | "record" // one record could not be read: the others went
  | "anonymous" // what waits anonymously could not be read, or not be removed after its receipt
  | "receipt" // what became of a record could not be written down: it waits on
  | "cleanup"; // what nobody needs any more could not be removed

export interface Trouble {
  readonly step: Step;
  readonly reason: NotSavedReason;
}

/** Do the work of a step; null when it failed, which is noted. */
export type Attempt = <T>(step: Step, work: () => Promise<T>) => Promise<T | null>;

/** A round's steps and what went wrong in them, each once. */
export function newSteps(): { attempt: Attempt; troubles: Trouble[] } {
  const troubles: Trouble[] = [];
  const attempt: Attempt = async (step, work) => {
    try {
      return await work();
    } catch (error) {
      if (!troubles.some((trouble) => trouble.step === step)) troubles.push({ step, reason: reasonOf(error) });
      return null;
    }
  };
  return { attempt, troubles };
}
