import { list, numberOrNull, object, type JsonObject } from "../../services/rows/decode";

/** A reading with what was expected for it. `time` is seconds since 1970. */
export interface Point {
  readonly time: number;
  readonly value: number | null;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly score: number | null;
}

/** The points in the order of time, each time once, as a chart needs them. */
export function parseSeries(value: unknown): readonly Point[] {
  const points = Array.isArray(value) ? value : pointsOf(object(value, "series"));
  const byTime = new Map(points.map(parsePoint).map((point) => [point.time, point]));
  byTime.delete(Number.NaN);
  return [...byTime.values()].sort((a, b) => a.time - b.time);
}

function pointsOf(series: JsonObject): readonly unknown[] {
  return list(series["points"] ?? series["results"], "points");
}

function parsePoint(value: unknown): Point {
  const point = object(value, "point");
  return {
    time: Date.parse(String(point["time"])) / 1000,
    value: numberOrNull(point, "value"),
    expected: numberOrNull(point, "expected"),
    lower: numberOrNull(point, "lower"),
    upper: numberOrNull(point, "upper"),
    score: numberOrNull(point, "score"),
  };
}
