// The screens of later-screens.tsx, each drawn as soon as that file is here.
import { partsIn } from "../widgets/loading/parts.tsx";
import { ComingScreen } from "./screen.tsx";

const { part, bring } = partsIn(() => import("./later-screens.tsx"));

export const bringScreens = bring;
export const FirstOffline = part((screens) => screens.FirstOffline);
export const KeyChanged = part((screens) => screens.KeyChanged);
export const LaterScreen = part((screens) => screens.LaterScreen, ComingScreen);
export const PreviousPassword = part((screens) => screens.PreviousPassword);
export const Review = part((screens) => screens.Review, ComingScreen);
