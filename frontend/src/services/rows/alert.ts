import { integer, numberOrNull, object, oneOf, textOrEmpty, timeOrNull, userOrNull } from "./decode";
import { SEVERITIES, type Severity } from "./hotspot";

export const ALERT_STATUSES = ["active", "acknowledged", "resolved"] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** One per hotspot and level; or the summary of a storm, which has no hotspot of its own. */
export interface Alert {
  readonly id: number;
  readonly version: number;
  readonly hotspotId: number | null;
  /** How many hotspots it stands for: 1, except for a storm. */
  readonly hotspots: number;
  readonly entity: string;
  readonly entityType: string;
  readonly metric: string;
  readonly level: Severity;
  readonly status: AlertStatus;
  readonly message: string;
  /** The alert of the storm that this one is a member of, null outside one. */
  readonly stormId: number | null;
  /** What hides it ("storm 12"); empty while it asks for attention. */
  readonly suppressedBy: string;
  readonly simulated: boolean;
  readonly createdAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly resolvedAt: string | null;
}

/** Throws `ShapeError` when a field that the dashboard decides by is missing or unknown. */
export function parseAlert(value: unknown): Alert {
  const row = object(value, "alert");
  return {
    id: integer(row, "id"),
    version: integer(row, "version"),
    hotspotId: numberOrNull(row, "hotspot_id"),
    hotspots: numberOrNull(row, "hotspots") ?? 1,
    entity: textOrEmpty(row, "entity"),
    entityType: textOrEmpty(row, "entity_type"),
    metric: textOrEmpty(row, "metric"),
    level: oneOf(row, "level", SEVERITIES),
    status: oneOf(row, "status", ALERT_STATUSES),
    message: textOrEmpty(row, "message"),
    stormId: numberOrNull(row, "storm_id"),
    suppressedBy: textOrEmpty(row, "suppressed_by"),
    simulated: row["simulated"] === true,
    createdAt: timeOrNull(row, "created_at"),
    acknowledgedAt: timeOrNull(row, "acknowledged_at"),
    acknowledgedBy: userOrNull(row, "acknowledged_by"),
    resolvedAt: timeOrNull(row, "resolved_at"),
  };
}
