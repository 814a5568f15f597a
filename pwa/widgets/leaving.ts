// Leaving a question may put words under it and so move all that is below. Between the finger's down
// and up that would take the next question away from under the finger, and its tap would be lost.
import type { FieldModel } from "../form/model.ts";
import { afterAnswer } from "./after-paint.ts";

/** A finger that moved on to scroll makes no click; then this is soon enough. */
const NO_CLICK_MS = 400;

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
