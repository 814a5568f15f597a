// The controls of later-controls.ts, each drawn as soon as that file is here.
import { partsIn } from "../loading/parts.tsx";

const { part, bring } = partsIn(() => import("../controls/later-controls.ts"));

export const bringControls = bring;
export const DateTimeInput = part((controls) => controls.DateTimeInput);
export const FileInput = part((controls) => controls.FileInput);
export const PhotoInput = part((controls) => controls.PhotoInput);
export const PlaceInput = part((controls) => controls.PlaceInput);
export const RangeInput = part((controls) => controls.RangeInput);
export const RankInput = part((controls) => controls.RankInput);
export const SignatureInput = part((controls) => controls.SignatureInput);
export const TimeInput = part((controls) => controls.TimeInput);
