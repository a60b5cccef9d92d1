const DAY_MS = 86_400_000;
/** Before any reading that the server takes for one. */
const BEGINNING = "1900-01-01T00:00:00Z";

/** The spans that can be looked at, in days; 0 for everything. */
export const RANGES = { "24h": 1, "7d": 7, "30d": 30, "90d": 90, all: 0 } as const;
export type Range = keyof typeof RANGES;

export const RANGE_NAMES: Readonly<Record<Range, string>> = {
  "24h": "24 h",
  "7d": "7 d",
  "30d": "30 d",
  "90d": "90 d",
  all: "All",
};

export const rangeOf = (name: string): Range => (name in RANGES ? (name as Range) : "7d");

/** The query of a range that ends with the last reading: a series may have ended long ago. */
export function rangeQuery(range: Range, lastTime: string | null): Record<string, string> {
  const days = RANGES[range];
  if (lastTime === null) return {};
  if (days === 0) return { from: BEGINNING };
  return { from: new Date(Date.parse(lastTime) - days * DAY_MS).toISOString() };
}

/** "one reading per 15 min", "a point per 2 h". */
export function describeResolution(seconds: number): string {
  if (seconds === 0) return "Every reading";
  if (seconds < 60) return `A point per ${seconds} s`;
  if (seconds < 3600) return `A point per ${round(seconds / 60)} min`;
  if (seconds < 86_400) return `A point per ${round(seconds / 3600)} h`;
  return `A point per ${round(seconds / 86_400)} d`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
