// Where controls put photos and documents, and get them back to show. The screen that holds the
// interview provides it; controls know no store.
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { kinds } from "../../../schemas/reference/attachments.json";
import type { TextKey } from "../../i18n.ts";
import { useLoaded } from "../loading/loaded.ts";

export interface NewFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly media_type: string;
  readonly extension: string;
}

export interface Files {
  /** Keep a file and give its name, the answer. */
  keep(file: NewFile): Promise<string>;
  /** What was kept under this name; null when it is not here. */
  open(name: string): Promise<Blob | null>;
}

/** Why a file was not taken, as a sentence of the messages. */
export class NotTaken extends Error {
  constructor(
    readonly text: TextKey,
    readonly values: Readonly<Record<string, string>> = {},
  ) {
    super(text);
    this.name = "NotTaken";
  }
}

const Held = createContext<Files | null>(null);
export const FilesProvider = Held.Provider;

export function useFiles(): Files {
  const files = useContext(Held);
  if (!files) throw new Error("a control for files was shown where there is no interview");
  return files;
}

export interface Shown {
  readonly url: string;
  readonly size: number;
  readonly isPicture: boolean;
}

/** An address of the file behind an answer for as long as it is shown; "lost" where it is not here. */
export function useShown(name: string): Shown | "lost" | null {
  const files = useFiles();
  // A file that cannot be read now is not lost: that is told, and can be tried again.
  const opened = useLoaded(async () => ({ name, blob: name ? await files.open(name) : null }), [files, name]);
  const [shown, setShown] = useState<Shown | null>(null);
  const blob = opened?.name === name ? opened.blob : null;
  useEffect(() => {
    if (!blob) return;
    const url = URL.createObjectURL(blob);
    setShown({ url, size: blob.size, isPicture: blob.type.startsWith("image/") });
    return () => {
      setShown(null);
      URL.revokeObjectURL(url);
    };
  }, [blob]);
  return name && opened?.name === name && !blob ? "lost" : shown;
}

/** The kind of a file by its first bytes, whatever it is called; undefined if it may not be attached. */
export function kindOf(bytes: Uint8Array): { media_type: string; extension: string } | undefined {
  const beginning = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return kinds.find(({ begins }) => beginning.startsWith(begins));
}
