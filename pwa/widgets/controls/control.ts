// What the controls have in common.
import type { FieldModel } from "../../form/model.ts";

/** What every control gets: the field, and the ids of the words that describe it. */
export interface ControlProps {
  field: FieldModel;
  id: string;
  describedBy: string | undefined;
  labelledBy: string;
  /** What is wrong is said, and more than a doubt. */
  isWrong: boolean;
}
