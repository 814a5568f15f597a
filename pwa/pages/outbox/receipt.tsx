import type { Receipt as ReceiptOnTheWire } from "../../generated/schemas.ts";
import { centreTime } from "../../store/clock.ts";
import { momentInWords, useWording } from "../../i18n.ts";

/** When the centre took the record in, and its number there. */
export function Receipt({ receipt }: { receipt: ReceiptOnTheWire }) {
  const { language, say } = useWording();
  const when = momentInWords(new Date(receipt.received_at), centreTime(), language);
  return <p>{say("receipt", { when, sequence: receipt.sequence })}</p>;
}
