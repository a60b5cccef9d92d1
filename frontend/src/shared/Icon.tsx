const PATHS = {
  check: "M3.5 8.5 6.5 11.5 12.5 4.8",
  close: "M4 4 12 12M12 4 4 12",
  undo: "M6 3.5 3 6.5 6 9.5M3 6.5h6a3.5 3.5 0 0 1 0 7H7",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3 13.5 13.5",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1",
  moon: "M13.2 9.6A5.7 5.7 0 0 1 6.4 2.8a5.7 5.7 0 1 0 6.8 6.8Z",
  keyboard: "M2 4h12v8H2zM5 9.7h6M4.5 6.7h.01M7 6.7h.01M9.5 6.7h.01M11.5 6.7h.01",
  external: "M6 3.5H3.5v9h9V10M9 3.5h3.5V7M12.2 3.8 7.5 8.5",
  eye: "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8ZM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z",
  mute: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM3.8 3.8l8.4 8.4",
  document: "M4 2h5l3 3v9H4zM9 2v3h3M6 8h4M6 10.5h4",
  book: "M3 3h4a1.5 1.5 0 0 1 1 .5A1.5 1.5 0 0 1 9 3h4v9.5H9a1.5 1.5 0 0 0-1 .5 1.5 1.5 0 0 0-1-.5H3ZM8 3.5V13",
  edit: "M3 13l.6-2.8L11 2.8 13.2 5 5.8 12.4ZM9.6 4.2l2.2 2.2",
  flag: "M4 14V2.5M4 3h8l-1.8 3L12 9H4",
  chevron: "M6 3.8 10.2 8 6 12.2",
  back: "M10 3.8 5.8 8 10 12.2",
  pulse: "M1.5 8.5h3L6.5 3l3 10 2-4.5h3",
  chart: "M2.5 2.5v11h11M5 10.5 8 6.5l2 2 3.5-4.5",
  upload: "M8 10.5v-8M5 5.5l3-3 3 3M2.5 10v3.5h11V10",
  download: "M8 2.5v8M5 7.5l3 3 3-3M2.5 10v3.5h11V10",
  trash: "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9M6.7 7v4M9.3 7v4",
  snow: "M8 1.5v13M2.4 4.8l11.2 6.4M13.6 4.8 2.4 11.2",
  exit: "M9.5 3H4v10h5.5M7 8h6.5M11 5.5 13.5 8 11 10.5",
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative stroke icon: the control that holds it carries the name. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
