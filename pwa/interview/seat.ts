// Whether this tab may fill in the interview, or another one does.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { takeSeat, type Leave } from "../store/seat.ts";

export interface Seat {
  readonly state: "asking" | "mine" | "elsewhere";
  /** Go on here; the other tab saves and stops. */
  readonly takeOver: () => void;
  /** What saves when the seat is lost or left; the open interview puts it here. */
  readonly flush: { current: () => Promise<void> };
}

const NOTHING = async () => {};

export function useSeat(instanceId: string): Seat {
  const [state, setState] = useState<Seat["state"]>("asking");
  const flush = useRef(NOTHING);
  const leave = useRef<Leave | null>(null);
  const isGone = useRef(false);
  const ask = useCallback(
    async (takeOver: boolean) => {
      const onLost = async () => {
        leave.current = null;
        await flush.current();
        if (!isGone.current) setState("elsewhere");
      };
      const seat = await takeSeat(instanceId, { takeOver, onLost });
      if (isGone.current) return void seat?.(NOTHING);
      leave.current = seat;
      setState(seat ? "mine" : "elsewhere");
    },
    [instanceId],
  );
  useEffect(() => {
    isGone.current = false;
    void ask(false);
    return () => {
      isGone.current = true;
      // What could not be saved was said while the interview was open.
      leave.current?.(flush.current).catch(() => undefined);
    };
  }, [ask]);
  return { state, takeOver: () => void ask(true), flush };
}
