// Why the centre could not be asked, in the words that begin a longer explanation.
import type { Say } from "../i18n.ts";
import type { Away } from "../sync/stopping.ts";

export function awayWords(why: Away, say: Say): string {
  return say(why === "unreachable" && !navigator.onLine ? "away_offline" : `away_${why}`);
}
