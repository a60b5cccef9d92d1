import { count, integer, object, oneOf, textOrEmpty, timeOrNull, userOrNull } from "./decode";

export const SILENCE_KINDS = ["silence", "maintenance"] as const;
export type SilenceKind = (typeof SILENCE_KINDS)[number];
export const SILENCE_STATES = ["active", "planned", "ended"] as const;
export type SilenceState = (typeof SILENCE_STATES)[number];

/** A span in which findings are kept but ask nobody. An empty entity, type or metric means any. */
export interface Silence {
  readonly id: number;
  readonly kind: SilenceKind;
  readonly reason: string;
  readonly entity: string;
  readonly entityType: string;
  readonly metric: string;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  readonly createdBy: string;
  readonly createdAt: string | null;
  readonly endedEarly: boolean;
  readonly state: SilenceState;
  /** Hotspots that it hides now. */
  readonly suppressed: number;
}

export function parseSilence(value: unknown): Silence {
  const row = object(value, "silence");
  return {
    id: integer(row, "id"),
    kind: oneOf(row, "kind", SILENCE_KINDS),
    reason: textOrEmpty(row, "reason"),
    entity: textOrEmpty(row, "entity"),
    entityType: textOrEmpty(row, "entity_type"),
    metric: textOrEmpty(row, "metric"),
    startsAt: timeOrNull(row, "starts_at"),
    endsAt: timeOrNull(row, "ends_at"),
    createdBy: userOrNull(row, "created_by") ?? "",
    createdAt: timeOrNull(row, "created_at"),
    endedEarly: row["ended_early"] === true,
    state: oneOf(row, "state", SILENCE_STATES),
    suppressed: count(row, "suppressed"),
  };
}
