// The heading of a screen that has to be read before anything is typed: the focus begins here, for a
// field that had it would raise the keyboard over what the screen says.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function FirstHeading({ children }: { children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}
