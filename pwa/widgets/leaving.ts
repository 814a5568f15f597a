// Coming to a question, and leaving it. Only who leaves a question on purpose is told what is wrong there:
// not who never was there, nor who switched to another app, nor whom the screen itself put there.
import type { FieldModel } from "../form/model.ts";
import { afterAnswer } from "./after-paint.ts";

/** A finger that moved on to scroll makes no click; then this is soon enough. */
const NO_CLICK_MS = 400;

/** The id of a question on the screen; `focusQuestion` finds it by this. */
export function elementId(field: Pick<FieldModel, "key">): string {
  return `q-${field.key}`;
}

/** The question the screen put the focus on, until somebody does something there. */
let brought: Element | null = null;

/** Go to the control of a question, or to the question itself where it has none. */
export function focusQuestion(field: Pick<FieldModel, "key">): void {
  const question = document.getElementById(elementId(field));
  const control = question?.querySelector<HTMLElement>("input, textarea, select, button") ?? question;
  control?.focus({ preventScroll: true });
  question?.scrollIntoView({ block: "center" });
  brought = question;
}

/** What the element that holds one question listens for. */
export function leavingOf(field: FieldModel) {
  const come = () => {
    brought = null;
  };
  return {
    onPointerDown: come,
    onKeyDown: come,
    onFocusOut: (event: FocusEvent) => isLeft(event) && leaveAfterTap(field),
  };
}

function isLeft({ currentTarget, target, relatedTarget }: FocusEvent): boolean {
  const question = currentTarget as Element;
  const to = relatedTarget as Element | null;
  if (brought === question || leftBehind(question, to) === false) return false;
  // Another window or app came to the front: the focus is still here.
  if (document.activeElement === target) return false;
  // What stands around the questions is for the whole page; going on leaves all of them anyway.
  return !to?.closest(".page__header, .steps");
}

/** Whether the focus went out of the whole control, not just to the next card in it. */
export function leftBehind(control: Element, to: Element | null): boolean {
  return !control.contains(to);
}

// Leaving a question may put words under it and so move all that is below. Between the finger's down
// and up that would take the next question away from under the finger, and its tap would be lost.

/** Leave the field: at once by key, after the tap where a tap took the focus away. */
export function leaveAfterTap(field: Pick<FieldModel, "leave">): void {
  if (!document.querySelector(":active")) return field.leave();
  const leave = () => {
    clearTimeout(timer);
    removeEventListener("click", leave);
    afterAnswer(field.leave);
  };
  const timer = setTimeout(leave, NO_CLICK_MS);
  addEventListener("click", leave);
}
