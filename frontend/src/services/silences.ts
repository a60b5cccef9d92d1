import { post } from "./http";
import { parseSilence, type Silence, type SilenceKind } from "./rows/silence";

/** What is to be silenced. Without entity, type and metric it is everything. */
export interface NewSilence {
  readonly kind: SilenceKind;
  readonly reason: string;
  readonly entity: string;
  readonly entityType: string;
  readonly metric: string;
  /** ISO 8601; null begins now. */
  readonly startsAt: string | null;
  readonly endsAt: string;
}

export async function createSilence(silence: NewSilence): Promise<Silence> {
  const { kind, reason, entity, entityType, metric, startsAt, endsAt } = silence;
  const scope = {
    ...(entity && { entity }),
    ...(entityType && { entity_type: entityType }),
    ...(metric && { metric }),
  };
  return parseSilence(
    await post("/api/silences", {
      kind,
      reason,
      ...(Object.keys(scope).length > 0 ? scope : { everything: true }),
      ...(startsAt && { starts_at: startsAt }),
      ends_at: endsAt,
    }),
  );
}

export async function endSilence(id: number): Promise<Silence> {
  return parseSilence(await post(`/api/silences/${id}/end`));
}
