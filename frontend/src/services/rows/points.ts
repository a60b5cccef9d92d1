import { list, numberOrNull, object, textOrEmpty, type JsonObject } from "./decode";

/**
 * A reading with what was expected for it; in a down-sampled series the mean of a bucket with its
 * extremes and its largest score. `time` is seconds since 1970.
 */
export interface Point {
  readonly time: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly score: number | null;
}

export interface PointSeries {
  readonly unit: string;
  /** 0 for single readings. */
  readonly resolutionSeconds: number;
  readonly points: readonly Point[];
}

export function parsePointSeries(value: unknown): PointSeries {
  const series = object(value, "series");
  return {
    unit: textOrEmpty(series, "unit"),
    resolutionSeconds: numberOrNull(series, "resolution_seconds") ?? 0,
    points: parsePoints(series["points"]),
  };
}

/** The points in the order of time, each time once, as a chart needs them. */
export function parsePoints(value: unknown): readonly Point[] {
  const points = list(value, "points").map((point) => parsePoint(object(point, "point")));
  const byTime = new Map(points.map((point) => [point.time, point]));
  byTime.delete(Number.NaN);
  return [...byTime.values()].sort((a, b) => a.time - b.time);
}

function parsePoint(point: JsonObject): Point {
  return {
    time: Date.parse(String(point["time"])) / 1000,
    value: numberOrNull(point, "value"),
    low: numberOrNull(point, "low"),
    high: numberOrNull(point, "high"),
    expected: numberOrNull(point, "expected"),
    lower: numberOrNull(point, "lower"),
    upper: numberOrNull(point, "upper"),
    score: numberOrNull(point, "score"),
  };
}
