// A screen beside the interview: the way home, its heading, and what it shows.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useWording } from "../i18n.ts";
import { Icon } from "../widgets/icon.tsx";
import { Opening } from "../widgets/loading/opening.tsx";
import { goHome } from "./route.ts";

export function Screen({ title, children }: { title: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class="stack stack--wide">
      <div class="stack">
        <WayHome />
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
      </div>
      {children}
    </div>
  );
}

/** A screen that is not here yet, and perhaps does not come: one can turn back. */
export function ComingScreen() {
  return (
    <div class="stack">
      <WayHome />
      <Opening />
    </div>
  );
}

function WayHome() {
  const { say } = useWording();
  return (
    <div>
      <button type="button" class="button" onClick={goHome}>
        <Icon name="back" />
        {say("leave_interview")}
      </button>
    </div>
  );
}
