// The state of the app's own files, for every screen that speaks of it.
import { createContext } from "preact";
import { useContext } from "preact/hooks";

export interface AppVersionState {
  /** Whether every file of the app is on this tablet. */
  readonly isComplete: boolean;
  readonly isWaiting: boolean;
  /** Let the waiting version take over; false while an interview is open in some tab. */
  readonly takeOver: () => Promise<boolean>;
}

const Current = createContext<AppVersionState>({
  isComplete: false,
  isWaiting: false,
  takeOver: async () => false,
});

export const AppVersionProvider = Current.Provider;

export function useAppVersion(): AppVersionState {
  return useContext(Current);
}
