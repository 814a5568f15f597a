// Line drawings on a grid of 24, in the colour of the text beside them.

const DRAWINGS = {
  add: "M5.5 4.5h13a1 1 0 011 1v13a1 1 0 01-1 1h-13a1 1 0 01-1-1v-13a1 1 0 011-1zM12 8.5v7M8.5 12h7",
  alert: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1",
  back: "M15 5l-7 7 7 7",
  camera: "M4 8h3.5l1.6-2.5h5.8L16.5 8H20v11H4zM12 10.3a3.2 3.2 0 100 6.4 3.2 3.2 0 000-6.4z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 7.5V12l3.2 2",
  cross: "M6 6l12 12M18 6L6 18",
  document: "M6.5 3.5h7.5l4 4v13H6.5zM14 3.5V8h4M9.500 12.500h5M9.500 16h5",
  dots: "M12 5.5v.1M12 12v.1M12 18.5v.1",
  doubt: "M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM9.6 9.6a2.5 2.5 0 113.6 2.2c-.8.4-1.2 1-1.2 1.9M12 16.6v.1",
  down: "M12 5v14M6 13l6 6 6-6",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 100 6 3 3 0 000-6z",
  home: "M4 11l8-6.5 8 6.5M6 9.6V19.5h4.5V14h3v5.5H18V9.6",
  info: "M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 11v5.5M12 7.7v.1",
  install: "M12 4v10M7.5 10L12 14.5 16.5 10M5 19.5h14",
  list: "M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  next: "M9 5l7 7-7 7",
  offline: "M3 9.5a13.5 13.5 0 0118 0M6.6 13.3a8.5 8.5 0 0110.8 0M9.7 16a4 4 0 014.6 0M12 18.7v.1M4.5 3.5l15 17",
  online: "M3 9.5a13.5 13.5 0 0118 0M6.6 13.3a8.5 8.5 0 0110.8 0M9.7 16a4 4 0 014.6 0M12 18.7v.1",
  minus: "M5 12h14",
  pencil: "M5 19l1-4.2L15.8 5l3.2 3.2L9.2 18zM13.6 7.2l3.2 3.2",
  person: "M12 4a4 4 0 100 8 4 4 0 000-8zM4.5 20c.8-4 3.7-6 7.5-6s6.7 2 7.5 6",
  pin: "M12 21c-4-4.6-6.5-7.9-6.5-11a6.5 6.5 0 0113 0c0 3.1-2.5 6.4-6.5 11zM12 7.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z",
  plus: "M12 5v14M5 12h14",
  search: "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.3 15.3L20 20",
  send: "M12 20V5M5.5 11.5L12 5l6.5 6.5",
  share: "M12 15V3.5M8 7l4-3.5L16 7M8.5 10.5H6v10h12v-10h-2.5",
  shield: "M12 3.5l7 2.7V12c0 4.2-2.8 7-7 8.5C7.8 19 5 16.2 5 12V6.2zM8.8 12l2.3 2.3 4.2-4.5",
  storage: "M5 6.5c0-1.4 3.1-2.5 7-2.5s7 1.1 7 2.5-3.1 2.5-7 2.5-7-1.1-7-2.5zM5 6.5v11c0 1.4 3.1 2.5 7 2.5s7-1.1 7-2.5v-11M5 12c0 1.4 3.1 2.5 7 2.5s7-1.1 7-2.5",
  tray: "M4 13.5l2.5-8h11l2.5 8V19H4zM4 13.5h4.5l1.2 2.5h4.6l1.2-2.5H20",
  trash: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.2 10.5v5.5M13.8 10.5v5.5",
  up: "M12 19V5M6 11l6-6 6 6",
  undo: "M8.5 5L4 9.5 8.5 14M4 9.5h10a5.5 5.5 0 010 11H9",
} as const;

export type IconName = keyof typeof DRAWINGS;

export function Icon({ name, class: className }: { name: IconName; class?: string }) {
  return (
    <svg
      class={className ?? "button__icon"}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={DRAWINGS[name]} />
    </svg>
  );
}

/** The mark of İZDES: the eight-pointed star of the tile makers, with a tick for "seen and noted". */
export function Mark({ class: className }: { class: string }) {
  return (
    <svg class={className} viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <path class="mark__star" d={STAR} />
      <path class="mark__tick" d="M16 24.5l5.6 5.7L32.5 18.5" />
    </svg>
  );
}

const STAR =
  "M24 3l6.15 6.15h8.7v8.7L45 24l-6.15 6.15v8.7h-8.7L24 45l-6.15-6.15h-8.7v-8.7L3 24l6.15-6.15v-8.7h8.7z";
