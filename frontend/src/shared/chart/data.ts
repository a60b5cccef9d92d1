import type { AlignedData } from "uplot";
import type { Point } from "../../services/rows/points";

/** The detector's default threshold. */
export const ANOMALY_SCORE = 0.168;

/** A moment that a chart marks with a line from top to bottom. */
export interface Mark {
  /** Seconds since 1970. */
  readonly time: number;
  readonly kind: "gone" | "added";
}

/** What a chart shows. Scores from `threshold` on are marked; `target` is a level line. */
export interface ChartContent {
  readonly points: readonly Point[];
  readonly unit: string;
  readonly threshold: number;
  readonly target?: number | null;
  readonly marks?: readonly Mark[];
}

export const COLUMNS = ["lower", "upper", "low", "high", "target", "expected", "value", "anomaly"] as const;
export type Column = (typeof COLUMNS)[number];

/** The columns that there is something to draw for, in the order of drawing. */
export function columnsOf({ points, target }: ChartContent): readonly Column[] {
  const spread = points.some(({ low, high }) => low !== null && high !== null && low < high);
  const shown: Partial<Record<Column, boolean>> = {
    low: spread,
    high: spread,
    target: target !== null && target !== undefined,
  };
  return COLUMNS.filter((column) => shown[column] ?? true);
}

/** Time and the columns, as uPlot takes them. */
export function chartData(content: ChartContent, columns: readonly Column[] = columnsOf(content)): AlignedData {
  const { points, threshold, target = null } = content;
  const anomalous = ({ score }: Point) => score !== null && score >= threshold;
  const read: Readonly<Record<Column, (point: Point) => number | null>> = {
    lower: (point) => point.lower,
    upper: (point) => point.upper,
    low: (point) => point.low,
    high: (point) => point.high,
    target: () => target,
    expected: (point) => point.expected,
    value: (point) => point.value,
    anomaly: (point) => (anomalous(point) ? extreme(point) : null),
  };
  return [points.map(({ time }) => time), ...columns.map((column) => points.map(read[column]))];
}

/** Of a bucket the end that lies further from what was expected. */
function extreme({ value, low, high, expected }: Point): number | null {
  if (low === null || high === null || expected === null) return value;
  return high - expected >= expected - low ? high : low;
}
