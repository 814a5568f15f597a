// Who fills in an interview: one tab at a time, by the browser's locks. The `seat` says whose turn it is
// and can be taken over; the `desk` is given up only once the tab that lost its seat has saved.

/** How long the tab that lost its seat has for that; one that sleeps is not waited for. */
const PATIENCE_MS = 3000;

/** Give the seat back once `flush` has ended, however it did. */
export type Leave = (flush: () => Promise<void>) => Promise<void>;

interface Asking {
  /** Take it from whoever has it, because a person said so. */
  readonly takeOver?: boolean;
  /** Another tab has taken it over: save, and write no more. */
  readonly onLost: () => Promise<void>;
}

/** Seats this tab is just giving back: it does not meet itself as another tab. */
const leaving = new Map<string, Promise<void>>();

/** What this tab asked for last: it does not meet its own asking as another tab, either. */
const asked = new Map<string, Promise<unknown>>();

/** Sit down at an interview; null while another tab does. Without locks only the store's count guards. */
export function takeSeat(
  instanceId: string,
  asking: Asking,
  locks: LockManager | undefined = globalThis.navigator?.locks,
): Promise<Leave | null> {
  const seated = (asked.get(instanceId) ?? Promise.resolve()).then(() => seatAt(instanceId, asking, locks));
  asked.set(instanceId, seated.catch(() => undefined));
  return seated;
}

async function seatAt(
  instanceId: string,
  { takeOver = false, onLost }: Asking,
  locks: LockManager | undefined,
): Promise<Leave | null> {
  await leaving.get(instanceId);
  if (!locks) return (flush) => flush();
  const how: LockOptions = takeOver ? { steal: true } : { ifAvailable: true };
  const seat = await hold(locks, `izdes-seat-${instanceId}`, how);
  if (!seat) return null;
  const desk = await deskOf(locks, `izdes-desk-${instanceId}`);
  void seat.stolen.then(async () => {
    await onLost().catch(() => undefined); // What was not saved is said on the screen.
    desk?.release();
  });
  return (flush) => {
    const left = flush().finally(() => {
      desk?.release();
      seat.release();
      leaving.delete(instanceId);
    });
    leaving.set(instanceId, left.catch(() => undefined));
    return left;
  };
}

async function deskOf(locks: LockManager, name: string): Promise<Held | null> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  return (await hold(locks, name, { signal: patience })) ?? hold(locks, name, { steal: true });
}

interface Held {
  readonly release: () => void;
  /** Ends when somebody else has taken it. */
  readonly stolen: Promise<void>;
}

/** Null where it was not to be had. */
function hold(locks: LockManager, name: string, options: LockOptions): Promise<Held | null> {
  return new Promise((answer) => {
    let release = () => {};
    let lose = () => {};
    const released = new Promise<void>((done) => (release = done));
    const stolen = new Promise<void>((done) => (lose = done));
    const held = (lock: Lock | null) => {
      answer(lock && { release, stolen });
      return lock ? released : undefined;
    };
    // Rejects when it is stolen, and when the waiting for it was given up.
    locks.request(name, options, held).catch(() => {
      answer(null);
      lose();
    });
  });
}
