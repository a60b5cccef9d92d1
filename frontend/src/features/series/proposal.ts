import type { Period, Series } from "../../services/rows/series";

const HOUR_MS = 3_600_000;

/** A change that has not been made: null takes away what the series has of its own. */
export type Proposal =
  | { readonly kind: "threshold"; readonly threshold: number | null }
  | { readonly kind: "target"; readonly period: Period; readonly value: number | null }
  | { readonly kind: "silence"; readonly hours: number; readonly reason: string };

/** The largest threshold: scores end before it. */
export const MAX_THRESHOLD = 10;

/** A number as people type it; null for what is none, not above 0, or above `most`. */
export function parsePositive(text: string, most = Number.MAX_VALUE): number | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && value > 0 && value <= most ? value : null;
}

/** What is sent to be replayed. */
export function backtestBody(proposal: Proposal, days: number, { lastTime }: Series): object {
  if (proposal.kind === "threshold") return { days, threshold: proposal.threshold };
  if (proposal.kind === "target") {
    const { period, value } = proposal;
    return { days, target: { period, value } };
  }
  return { days, silence: lastHours(proposal.hours, lastTime) };
}

/** A silence lies ahead, a replay behind: it is tried over the last hours of the readings. */
function lastHours(hours: number, lastTime: string | null): object {
  const end = lastTime === null ? Date.now() : Date.parse(lastTime);
  return { starts_at: new Date(end - hours * HOUR_MS).toISOString(), ends_at: new Date(end).toISOString() };
}

/** Two proposals with the same key have the same answer; why a silence is wanted changes nothing. */
export function proposalKey(proposal: Proposal, days: number): string {
  const { reason: _reason, ...rest } = { reason: "", ...proposal };
  return JSON.stringify({ ...rest, days });
}
