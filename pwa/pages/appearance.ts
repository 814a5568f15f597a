// How the screens look to this officer: contrast and size of letters, kept on the tablet.
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

export interface Look {
  /** "auto": as the device is set. */
  readonly contrast: "auto" | "more";
  readonly letters: "normal" | "large" | "larger";
}

export interface Appearance extends Look {
  readonly change: (changed: Partial<Look>) => void;
}

const PLACE = "izdes.appearance";
const USUAL: Look = { contrast: "auto", letters: "normal" };

const Current = createContext<Appearance>({ ...USUAL, change: () => undefined });
export const AppearanceProvider = Current.Provider;

export function useAppearance(): Appearance {
  return useContext(Current);
}

/** The look as kept; every change is kept and shown at once. */
export function useKeptLook(): Appearance {
  const [look, setLook] = useState(keptLook);
  useEffect(() => {
    document.documentElement.dataset["contrast"] = look.contrast;
    document.documentElement.dataset["letters"] = look.letters;
  }, [look]);
  const change = (changed: Partial<Look>) => {
    const next = { ...look, ...changed };
    setLook(next);
    localStorage.setItem(PLACE, JSON.stringify(next));
  };
  return { ...look, change };
}

function keptLook(): Look {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Partial<Look>) };
  } catch {
    return USUAL;
  }
}
