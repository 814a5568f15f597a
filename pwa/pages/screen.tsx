// A screen beside the interview: the way home, its heading, and what it shows.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useWording } from "../i18n.ts";
import { Icon } from "../widgets/icon.tsx";
import { goHome } from "./route.ts";

export function Screen({ title, children }: { title: string; children: ComponentChildren }) {
  const { say } = useWording();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class="stack stack--wide">
      <div class="stack">
        <div>
          <button type="button" class="button" onClick={goHome}>
            <Icon name="back" />
            {say("leave_interview")}
          </button>
        </div>
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
      </div>
      {children}
    </div>
  );
}
