// The tablet's clock is wrong: by how much, what it does to records (nothing), what to do.
import { durationInWords, momentInWords, useWording } from "../i18n.ts";
import { centreTime, clockError, onClockChange } from "../store/clock.ts";
import { Message } from "../widgets/message.tsx";
import { useWatched } from "../widgets/watched.ts";

export function ClockNotice() {
  const { language, say } = useWording();
  // A text, for what is watched is compared by identity.
  const error = useWatched(() => JSON.stringify(clockError()), onClockChange, []);
  const { ahead, isAtLeast } = (JSON.parse(error) as ReturnType<typeof clockError>) ?? { ahead: 0, isAtLeast: false };
  const amount = durationInWords(Math.abs(ahead), language);
  const title = isAtLeast ? "clock_behind_at_least" : ahead > 0 ? "clock_ahead" : "clock_behind";
  const now = centreTime();
  return (
    <div role="status">
      {ahead !== 0 && (
        <Message tone="waiting" icon="clock" title={say(title, { amount })}>
          {!isAtLeast && <p>{say("clock_centre", { now: momentInWords(now, now, language) })}</p>}
          <p>{say("clock_what_to_do")}</p>
          <p>{say(isAtLeast ? "clock_records_later" : "clock_records")}</p>
        </Message>
      )}
    </div>
  );
}
