// What every screen of a signed-in officer works with, and the traffic with the centre.
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { hearTime, type Told } from "../store/clock.ts";
import type { Store } from "../store/database.ts";
import { reasonOf } from "../store/problems.ts";
import type { Contact, Server } from "../sync/exchange.ts";
import { startSchedule, type Schedule } from "../sync/schedule.ts";
import type { Session } from "../sync/session.ts";
import { synchronise, type Outcome } from "../sync/synchronise.ts";
import type { Progress } from "../sync/upload.ts";
import { events, useWatched } from "../widgets/watched.ts";

/**
 * "portal": the network wants a sign-in first · "troubled": whatever the network is like, the tablet itself
 * could not do something.
 */
export type Connection = "online" | "offline" | "unreachable" | "portal" | "troubled";

export interface Traffic {
  /** The server whose answers, and silence, `connection` hears of. */
  readonly server: Server;
  readonly connection: Connection;
  /** Set while records are on their way. */
  readonly progress: Progress | null;
  readonly outcome: Outcome | null;
  /** Grows whenever the store may hold something new. */
  readonly round: number;
  readonly sendNow: () => Promise<void>;
}

export interface Work {
  readonly store: Store;
  readonly server: Server;
  readonly session: Session;
  readonly traffic: Traffic;
  readonly appVersion: string;
  readonly lock: () => void;
}

const Current = createContext<Work | null>(null);
export const WorkProvider = Current.Provider;

export function useWork(): Work {
  const work = useContext(Current);
  if (!work) throw new Error("a screen of the signed-in was shown to nobody");
  return work;
}

/** Exchange with the centre for as long as the app is open; without a session only forms come down. */
export function useTraffic(store: Store, { origin, patience }: Server, session: Session | null): Traffic {
  const [contact, setContact] = useState<Contact | null>(null);
  const server = useMemo(() => {
    // Known at once; what cannot be written down is only not known at the next start.
    const hearsTime = (told: Told) => void hearTime(store, told).catch(() => undefined);
    return { origin, ...(patience !== undefined && { patience }), hears: setContact, hearsTime };
  }, [store, origin, patience]);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [round, setRound] = useState(0);
  const isOnline = useWatched(() => navigator.onLine, events(window, "online", "offline"), []);
  const schedule = useRef<Schedule | null>(null);
  useEffect(() => {
    const onProgress = (now: Progress) => setProgress(now.sending.size > 0 ? now : null);
    const settle = (last: Outcome) => {
      setProgress(null);
      setOutcome(last);
      setRound((before) => before + 1);
    };
    schedule.current = startSchedule(
      () => synchronise(store, server, session, onProgress),
      { network: window, screen: document, isVisible: () => document.visibilityState === "visible" },
      { onOutcome: settle, onError: (error) => settle(failed(error)) },
    );
    return () => schedule.current?.stop();
  }, [store, server, session]);
  const sendNow = useCallback(async () => {
    await schedule.current?.sendNow().catch(() => undefined);
  }, []);
  return { server, connection: connectionOf(isOnline, contact, outcome), progress, outcome, round, sendNow };
}

// By what was heard last, not by how the last round ended: the centre may be answering for minutes
// while a photo goes up after a round that did not reach it.
function connectionOf(isOnline: boolean, contact: Contact | null, outcome: Outcome | null): Connection {
  if (!isOnline) return "offline";
  if (contact === "portal") return "portal";
  if (contact !== null && contact !== "centre") return "unreachable";
  return outcome && outcome.troubles.length > 0 ? "troubled" : "online";
}

/** A round that broke off where none can: told like every other trouble. */
function failed(error: unknown): Outcome {
  const troubles = [{ step: "waiting", reason: reasonOf(error) }] as const;
  return { kind: "failed", delivered: 0, left: 0, isKeyChanged: false, retryAfter: null, troubles };
}
