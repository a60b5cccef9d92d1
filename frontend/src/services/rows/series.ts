import { count, integer, numberMap, numberOrNull, object, oneOf, text, textOrEmpty, timeOrNull } from "./decode";

export const PERIODS = ["reading", "hour", "day", "month"] as const;
export type Period = (typeof PERIODS)[number];

/** The measurements of one metric at one entity, and what is set for them. Values are in `unit`. */
export interface Series {
  readonly id: number;
  readonly entity: string;
  readonly entityType: string;
  readonly metric: string;
  readonly unit: string;
  readonly count: number;
  readonly lastTime: string | null;
  readonly lastValue: number | null;
  readonly intervalSeconds: number | null;
  /** Too few readings yet for the anomaly rule. */
  readonly learning: boolean;
  /** Its own, null where the metric's or the general one holds. */
  readonly threshold: number | null;
  readonly effectiveThreshold: number | null;
  readonly frozenUntil: string | null;
  /** The target of each period that has one. */
  readonly targets: Readonly<Record<string, number>>;
  readonly hotspotId: number | null;
  readonly provisionalBaseline: number | null;
  /** Readings came too late to be learned: a replay would take them in. */
  readonly rebuildOffered: boolean;
  readonly simulated: boolean;
}

export function parseSeries(value: unknown): Series {
  const row = object(value, "series");
  return {
    id: integer(row, "id"),
    entity: text(row, "entity"),
    entityType: textOrEmpty(row, "entity_type"),
    metric: text(row, "metric"),
    unit: textOrEmpty(row, "unit"),
    count: count(row, "count"),
    lastTime: timeOrNull(row, "last_time"),
    lastValue: numberOrNull(row, "last_value"),
    intervalSeconds: numberOrNull(row, "interval_seconds"),
    learning: row["learning"] === true,
    threshold: numberOrNull(row, "threshold"),
    effectiveThreshold: numberOrNull(row, "effective_threshold"),
    frozenUntil: timeOrNull(row, "frozen_until"),
    targets: numberMap(row["targets"]),
    hotspotId: numberOrNull(row, "hotspot_id"),
    provisionalBaseline: numberOrNull(row, "provisional_baseline"),
    rebuildOffered: row["rebuild_offered"] === true,
    simulated: row["simulated"] === true,
  };
}

/** What an entity should stay below in a period. */
export interface Target {
  readonly id: number;
  readonly entity: string;
  readonly metric: string;
  readonly unit: string;
  readonly period: Period;
  readonly value: number | null;
}

export function parseTarget(value: unknown): Target {
  const row = object(value, "target");
  return {
    id: integer(row, "id"),
    entity: text(row, "entity"),
    metric: text(row, "metric"),
    unit: textOrEmpty(row, "unit"),
    period: oneOf(row, "period", PERIODS),
    value: numberOrNull(row, "value"),
  };
}
