import {
  integer,
  numberOrNull,
  object,
  oneOf,
  text,
  textOrEmpty,
  timeOrNull,
  userOrNull,
  type JsonObject,
} from "./decode";

export const RECOMMENDATION_STATUSES = [
  "pending",
  "approved",
  "rejected",
  "implemented",
  "expired",
] as const;
export type RecommendationStatus = (typeof RECOMMENDATION_STATUSES)[number];

export const COSTS = ["low", "medium", "high"] as const;

/** The passage that a recommendation rests on: a section of the playbook `document`, and its outside source. */
export interface Citation {
  readonly document: string;
  readonly title: string;
  readonly section: string;
  readonly quote: string;
  readonly url: string;
}

/** Reductions without `Pct` are in the hotspot's unit; feasibility is 1 to 10, confidence 0 to 1. */
export interface Recommendation {
  readonly id: number;
  readonly version: number;
  readonly hotspotId: number;
  readonly entity: string;
  readonly title: string;
  readonly action: string;
  readonly rootCause: string;
  readonly rationale: string;
  readonly arithmetic: string;
  readonly predictedReduction: number | null;
  readonly realisedReduction: number | null;
  readonly reductionPctLow: number | null;
  readonly reductionPctHigh: number | null;
  readonly cost: string;
  readonly feasibility: number | null;
  readonly confidence: number | null;
  /** It was barely near enough to be proposed. */
  readonly lowConfidence: boolean;
  readonly generator: string;
  readonly retriever: string;
  /** Why no language model wrote it although one is configured; empty otherwise. */
  readonly fallbackReason: string;
  readonly citations: readonly Citation[];
  readonly status: RecommendationStatus;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  /** Until when who decided may take it back; null when there is nothing to take back. */
  readonly undoUntil: string | null;
  readonly note: string;
  /** Who edited it may not approve it. */
  readonly fourEyes: boolean;
  readonly editedBy: string | null;
  readonly editedAt: string | null;
  readonly simulated: boolean;
  readonly createdAt: string | null;
}

/** Throws `ShapeError` when a field that the dashboard decides by is missing or unknown. */
export function parseRecommendation(value: unknown): Recommendation {
  const row = object(value, "recommendation");
  return {
    id: integer(row, "id"),
    version: integer(row, "version"),
    hotspotId: integer(row, "hotspot_id"),
    entity: text(row, "entity"),
    ...parseProposal(row),
    ...parseFigures(row),
    citations: Array.isArray(row["citations"]) ? row["citations"].map(parseCitation) : [],
    status: oneOf(row, "status", RECOMMENDATION_STATUSES),
    decidedBy: userOrNull(row, "decided_by"),
    decidedAt: timeOrNull(row, "decided_at"),
    undoUntil: timeOrNull(row, "undo_until"),
    note: textOrEmpty(row, "note"),
    fourEyes: row["four_eyes"] === true,
    editedBy: userOrNull(row, "edited_by"),
    editedAt: timeOrNull(row, "edited_at"),
    simulated: row["simulated"] === true,
    createdAt: timeOrNull(row, "created_at"),
  };
}

function parseProposal(row: JsonObject) {
  return {
    title: textOrEmpty(row, "title"),
    action: textOrEmpty(row, "action"),
    rootCause: textOrEmpty(row, "root_cause"),
    rationale: textOrEmpty(row, "rationale"),
    arithmetic: textOrEmpty(row, "arithmetic"),
    cost: textOrEmpty(row, "cost"),
    generator: textOrEmpty(row, "generator"),
    retriever: textOrEmpty(row, "retriever"),
    fallbackReason: textOrEmpty(row, "fallback_reason"),
  };
}

function parseFigures(row: JsonObject) {
  return {
    predictedReduction: numberOrNull(row, "predicted_reduction") ?? numberOrNull(row, "co2_reduction"),
    realisedReduction: numberOrNull(row, "realised_reduction"),
    reductionPctLow: numberOrNull(row, "reduction_pct_low"),
    reductionPctHigh: numberOrNull(row, "reduction_pct_high"),
    feasibility: numberOrNull(row, "feasibility"),
    confidence: numberOrNull(row, "confidence"),
    lowConfidence: row["low_confidence"] === true,
  };
}

function parseCitation(value: unknown): Citation {
  const citation = object(value, "citation");
  return {
    document: textOrEmpty(citation, "document"),
    title: textOrEmpty(citation, "title"),
    section: textOrEmpty(citation, "section"),
    quote: textOrEmpty(citation, "quote"),
    url: textOrEmpty(citation, "url"),
  };
}
