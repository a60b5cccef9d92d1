import { integer, object, oneOf, text, textOrEmpty, timeOrNull, userOrNull } from "./decode";
import { SEVERITIES, type Severity } from "./hotspot";

export const ALERT_STATUSES = ["active", "acknowledged", "resolved"] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** One per hotspot and level. */
export interface Alert {
  readonly id: number;
  readonly version: number;
  readonly hotspotId: number;
  readonly entity: string;
  readonly entityType: string;
  readonly metric: string;
  readonly level: Severity;
  readonly status: AlertStatus;
  readonly message: string;
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
    hotspotId: integer(row, "hotspot_id"),
    entity: text(row, "entity"),
    entityType: textOrEmpty(row, "entity_type"),
    metric: textOrEmpty(row, "metric"),
    level: oneOf(row, "level", SEVERITIES),
    status: oneOf(row, "status", ALERT_STATUSES),
    message: textOrEmpty(row, "message"),
    simulated: row["simulated"] === true,
    createdAt: timeOrNull(row, "created_at"),
    acknowledgedAt: timeOrNull(row, "acknowledged_at"),
    acknowledgedBy: userOrNull(row, "acknowledged_by"),
    resolvedAt: timeOrNull(row, "resolved_at"),
  };
}
