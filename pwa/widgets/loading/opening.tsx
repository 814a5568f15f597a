// What stands where a screen comes as soon as it is there.
import { useWording } from "../../i18n.ts";
import { useFailing } from "./load-failed.tsx";

export function Opening() {
  const { say } = useWording();
  // It does not come: that is told on top of the screen.
  if (useFailing().size > 0) return null;
  return (
    <p role="status" class="soft">
      {say("opening")}
    </p>
  );
}
