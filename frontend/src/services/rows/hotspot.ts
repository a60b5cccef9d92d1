import {
  integer,
  numberOrNull,
  object,
  oneOf,
  text,
  textOrEmpty,
  timeOrNull,
  type JsonObject,
} from "./decode";

export const SEVERITIES = ["critical", "warn", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const HOTSPOT_STATUSES = ["open", "acknowledged", "resolved", "ignored"] as const;
export type HotspotStatus = (typeof HOTSPOT_STATUSES)[number];

/** A finding about one series (entity and metric). Values are in `unit`, times are ISO 8601. */
export interface Hotspot {
  readonly id: number;
  readonly version: number;
  readonly entity: string;
  readonly entityType: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: number | null;
  readonly baseline: number | null;
  readonly expectedLow: number | null;
  readonly expectedHigh: number | null;
  readonly percentAbove: number | null;
  readonly score: number | null;
  readonly severity: Severity;
  readonly status: HotspotStatus;
  readonly rule: string;
  readonly reason: string;
  readonly side: string;
  readonly label: string;
  readonly occurrences: number;
  readonly flapping: boolean;
  readonly explanation: string;
  readonly evidence: JsonObject;
  readonly advice: string;
  readonly adviceReason: string;
  /** The hotspot that began the incident, null outside one and for that hotspot itself. */
  readonly incidentId: number | null;
  /** What hides it ("silence 12: boiler service"); empty while it asks for attention. */
  readonly suppressedBy: string;
  readonly simulated: boolean;
  readonly openedAt: string | null;
  readonly lastSeenAt: string | null;
  readonly resolvedAt: string | null;
  readonly createdAt: string | null;
}

/** Throws `ShapeError` when a field that the dashboard decides by is missing or unknown. */
export function parseHotspot(value: unknown): Hotspot {
  const row = object(value, "hotspot");
  return {
    id: integer(row, "id"),
    version: integer(row, "version"),
    entity: text(row, "entity"),
    entityType: textOrEmpty(row, "entity_type"),
    metric: textOrEmpty(row, "metric"),
    unit: textOrEmpty(row, "unit"),
    ...parseFigures(row),
    severity: oneOf(row, "severity", SEVERITIES),
    status: oneOf(row, "status", HOTSPOT_STATUSES),
    ...parseFinding(row),
    openedAt: timeOrNull(row, "opened_at"),
    lastSeenAt: timeOrNull(row, "last_seen_at"),
    resolvedAt: timeOrNull(row, "resolved_at"),
    createdAt: timeOrNull(row, "created_at"),
  };
}

function parseFigures(row: JsonObject) {
  return {
    value: numberOrNull(row, "value"),
    baseline: numberOrNull(row, "baseline"),
    expectedLow: numberOrNull(row, "expected_low"),
    expectedHigh: numberOrNull(row, "expected_high"),
    percentAbove: numberOrNull(row, "percent_above"),
    score: numberOrNull(row, "score"),
    occurrences: numberOrNull(row, "occurrences") ?? 1,
  };
}

function parseFinding(row: JsonObject) {
  return {
    rule: textOrEmpty(row, "rule"),
    reason: textOrEmpty(row, "reason"),
    side: textOrEmpty(row, "side"),
    label: textOrEmpty(row, "label"),
    flapping: row["flapping"] === true,
    explanation: textOrEmpty(row, "explanation"),
    evidence: row["evidence"] ? object(row["evidence"], "evidence") : {},
    advice: textOrEmpty(row, "advice"),
    adviceReason: textOrEmpty(row, "advice_reason"),
    incidentId: numberOrNull(row, "incident_id"),
    suppressedBy: textOrEmpty(row, "suppressed_by"),
    simulated: row["simulated"] === true,
  };
}
