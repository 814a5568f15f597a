// Parts of the app that lie in a file beside the script (ADR 0037). The worker keeps it with the script, in one
// version. A file that does not come is told as what cannot be read is; there is never a blank screen.
import type { ComponentType } from "preact";
import { PartMissing, useLoaded } from "./loaded.ts";
import { Opening } from "./opening.tsx";

interface Parts<File> {
  /** Have the file before it is needed. */
  bring: () => Promise<File>;
  /** A component of the file: drawn as soon as it is here, at once where it was brought before; `Coming` until then. */
  part: <Props extends object>(pick: (file: File) => ComponentType<Props>, Coming?: ComponentType) => ComponentType<Props>;
}

export function partsIn<File>(load: () => Promise<File>): Parts<File> {
  let here: File | null = null;
  const bring = async () => {
    try {
      return (here = await load());
    } catch (cause) {
      throw new PartMissing("a file of the app", { cause });
    }
  };
  return {
    bring,
    part: (pick, Coming = Opening) => (props) => {
      const file = useLoaded(bring, []) ?? here;
      if (!file) return <Coming />;
      const Component = pick(file);
      return <Component {...props} />;
    },
  };
}
