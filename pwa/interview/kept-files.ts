// The photos and documents of one open interview, for its controls.
import { useMemo } from "preact/hooks";
import { keepAttachment, readAttachment } from "../store/records/attachments.ts";
import type { OpenVault } from "../store/vault/vault.ts";
import { NotTaken, type Files, type NewFile } from "../widgets/files/files.ts";

export function useKeptFiles(vault: OpenVault, instanceId: string): Files {
  return useMemo(() => filesOf(vault, instanceId), [vault, instanceId]);
}

function filesOf(vault: OpenVault, instanceId: string): Files {
  // What was seen in this sitting: an answer that was removed may be taken back.
  const seen = new Map<string, NewFile>();
  const keep = async (file: NewFile): Promise<string> => {
    const name = await keepAttachment(vault, instanceId, file).catch(() => {
      throw new NotTaken("file_not_saved");
    });
    seen.set(name, file);
    return name;
  };
  const open = async (name: string): Promise<Blob | null> => {
    const kept = await readAttachment(vault, instanceId, name);
    const file = kept ?? seen.get(name);
    if (!file) return null;
    const [, extension = ""] = name.split(".");
    const known = { bytes: file.bytes, media_type: file.media_type, extension };
    seen.set(name, known);
    if (!kept) await keep(known);
    return new Blob([file.bytes], { type: file.media_type });
  };
  return { keep, open };
}
