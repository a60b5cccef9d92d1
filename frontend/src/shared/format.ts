const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** "now", "12 s", "5 min", "3 h", "2 d", "4 y"; a time ahead of us counts as now. */
export function formatAge(ageMs: number): string {
  if (ageMs < 2 * SECOND) return "now";
  if (ageMs < MINUTE) return `${Math.floor(ageMs / SECOND)} s`;
  if (ageMs < HOUR) return `${Math.floor(ageMs / MINUTE)} min`;
  if (ageMs < DAY) return `${Math.floor(ageMs / HOUR)} h`;
  if (ageMs < YEAR) return `${Math.floor(ageMs / DAY)} d`;
  return `${Math.floor(ageMs / YEAR)} y`;
}

/** "just now", "5 min ago": an age within a sentence. */
export function formatAgo(ageMs: number): string {
  return ageMs < 2 * SECOND ? "just now" : `${formatAge(ageMs)} ago`;
}

/** Four significant digits, grouped; an em dash for nothing. */
export function formatNumber(value: number | null): string {
  if (value === null) return "—";
  const digits = Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 };
  return new Intl.NumberFormat("en-US", digits).format(value);
}

export function formatQuantity(value: number | null, unit: string): string {
  return value === null || !unit ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** "+53 %", "−8.2 %". */
export function formatPercent(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : 1;
  const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: digits });
  return `${value < 0 ? "−" : "+"}${number.format(Math.abs(value))} %`;
}

/** "12–18 %", or one of them when the other is missing. */
export function formatRange(low: number | null, high: number | null): string | null {
  const ends = [low, high].filter((end) => end !== null).map(formatNumber);
  return ends.length === 0 ? null : `${[...new Set(ends)].join("–")} %`;
}

export function formatDateTime(iso: string | null): string {
  if (iso === null) return "—";
  return new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" })
    .format(new Date(iso));
}

/** Whether a text is an ISO 8601 time, as the server writes it. */
export function isMoment(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(text);
}

/** "14:05:09" in the reader's time zone; for a clock in milliseconds or an ISO time. */
export function formatClock(time: number | string): string {
  return new Intl.DateTimeFormat("en-US", { timeStyle: "medium", hourCycle: "h23" }).format(new Date(time));
}

/** "true_positive" as "True positive". */
export function humanize(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** "812 B", "4.2 MB", in steps of 1000. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const digits = step === 0 ? 0 : 1;
  const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: digits });
  return `${number.format(bytes / 1000 ** step)} ${BYTE_UNITS[step]}`;
}

/** Every digit, grouped: for counts. */
export function formatCount(value: number): string {
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }).format(value);
}

/** "1 reading", "2 readings". */
export function formatPlural(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? "" : "s"}`;
}
