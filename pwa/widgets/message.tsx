import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export type Tone = "plain" | "good" | "waiting" | "bad";

const ICONS: Readonly<Record<Tone, IconName>> = {
  plain: "info",
  good: "check",
  waiting: "clock",
  bad: "alert",
};

interface MessageProps {
  tone: Tone;
  title?: string;
  icon?: IconName;
  children?: ComponentChildren;
}

/** Something the officer should know, with what to do about it inside. */
export function Message({ tone, title, icon, children }: MessageProps) {
  return (
    <div class={`message message--${tone}`}>
      <Icon name={icon ?? ICONS[tone]} class="message__icon" />
      <div class="message__text stack stack--close">
        {title && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}

export function Badge({ tone, icon, children }: MessageProps) {
  return (
    <span class={`badge badge--${tone}`}>
      <Icon name={icon ?? ICONS[tone]} class="badge__icon" />
      {children}
    </span>
  );
}
