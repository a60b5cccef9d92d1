import type { SilenceKind } from "../../services/rows/silence";
import type { NewSilence } from "../../services/silences";
import { fromLocalField, toLocalField } from "../../shared/localTime";

const HOUR_MS = 3_600_000;

export const DURATIONS = [
  ["1 h", 1],
  ["4 h", 4],
  ["24 h", 24],
  ["7 d", 168],
] as const;

/** What is being filled in. Times are as `datetime-local` fields have them; an empty start is now. */
export interface Draft {
  readonly kind: SilenceKind;
  readonly reason: string;
  readonly entity: string;
  readonly entityType: string;
  readonly metric: string;
  readonly everything: boolean;
  readonly starts: string;
  readonly ends: string;
}

export type Scope = Pick<Draft, "entity" | "metric">;

export function newDraft(nowMs: number, scope: Scope = { entity: "", metric: "" }): Draft {
  const ends = toLocalField(nowMs + 4 * HOUR_MS);
  return { kind: "silence", reason: "", entityType: "", everything: false, starts: "", ends, ...scope };
}

/** The draft ending so many hours after it begins. */
export function lasting(draft: Draft, hours: number, nowMs: number): Draft {
  const from = Date.parse(fromLocalField(draft.starts) ?? new Date(nowMs).toISOString());
  return { ...draft, ends: toLocalField(from + hours * HOUR_MS) };
}

/** Why it cannot be sent yet, in a sentence; empty when it can. */
export function problemOf(draft: Draft, nowMs: number): string {
  const { reason, entity, entityType, metric, everything } = draft;
  if (!reason.trim()) return "Say why: those who look later will ask.";
  if (!everything && ![entity, entityType, metric].some((text) => text.trim())) {
    return "Name an entity, a type or a metric, or choose everything.";
  }
  const ends = fromLocalField(draft.ends);
  if (ends === null) return "Say when it ends.";
  const starts = Date.parse(fromLocalField(draft.starts) ?? new Date(nowMs).toISOString());
  return Date.parse(ends) <= starts ? "It has to end after it begins." : "";
}

/** What is sent; only for a draft without a problem. */
export function finished(draft: Draft): NewSilence {
  const { kind, reason, everything } = draft;
  const given = (text: string) => (everything ? "" : text.trim());
  return {
    kind,
    reason: reason.trim(),
    entity: given(draft.entity),
    entityType: given(draft.entityType),
    metric: given(draft.metric),
    startsAt: fromLocalField(draft.starts),
    endsAt: fromLocalField(draft.ends) ?? "",
  };
}
