// The strip on top of every screen, and the middle that gets the focus when the screen changes.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useWording, type Language } from "../i18n.ts";
import { Mark } from "./icon.tsx";
import { LoadFailed } from "./loading/load-failed.tsx";

/** How wide a screen is, and what it does with more. */
export type FrameKind = "page--narrow" | "page--room" | "page--desk" | "page--entrance";

interface FrameProps {
  /** Changes with the screen: the focus then goes to its heading. */
  screen: string;
  kind?: FrameKind | undefined;
  chooseLanguage: (language: Language) => void;
  tools?: ComponentChildren;
  children: ComponentChildren;
}

export function Frame({ screen, kind, chooseLanguage, tools, children }: FrameProps) {
  const { say } = useWording();
  const content = useRef<HTMLElement>(null);
  const last = useRef(screen);
  useEffect(() => {
    if (last.current === screen) return;
    last.current = screen;
    scrollTo(0, 0);
    content.current?.focus({ preventScroll: true });
  }, [screen]);
  return (
    <div class={`page ${kind ?? ""}`}>
      <a class="skip-link" href="#content" onClick={(event) => skip(event, content.current)}>
        {say("skip_to_content")}
      </a>
      <header class="page__header">
        <span class="page__brand">
          <Mark class="page__mark" />
          <span class="page__word">{say("product")}</span>
        </span>
        <div class="page__tools">
          {tools}
          <LanguageSwitch choose={chooseLanguage} />
        </div>
      </header>
      <main class="page__content" id="content" tabIndex={-1} ref={content}>
        <LoadFailed />
        {children}
      </main>
    </div>
  );
}

function LanguageSwitch({ choose }: { choose: (language: Language) => void }) {
  const { language } = useWording();
  return (
    <div class="language-switch" role="group" aria-label="Dil / Language">
      {(["tr", "en"] as const).map((code) => (
        <button
          type="button"
          class="language-switch__choice"
          aria-pressed={code === language}
          aria-label={code === "tr" ? "TR – Türkçe" : "EN – English"}
          lang={code}
          key={code}
          onClick={() => choose(code)}
        >
          {code.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

// The address after # names the screen, so the link may not change it.
function skip(event: Event, content: HTMLElement | null): void {
  event.preventDefault();
  content?.focus();
}
