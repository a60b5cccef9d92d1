import { count, list, numberMap, numberOrNull, object, oneOf, textOrEmpty, timeOrNull, type JsonObject } from "./decode";
import { SEVERITIES, type Severity } from "./hotspot";
import { parsePoints, type Point } from "./points";

/** What a set of settings finds in the span that was replayed. */
export interface Outcome {
  readonly hotspots: number;
  readonly bySeverity: Readonly<Record<string, number>>;
  readonly byRule: Readonly<Record<string, number>>;
  readonly suppressed: number;
  readonly anomalousReadings: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** A hotspot that only one of the two sets of settings finds. */
export interface Difference {
  readonly openedAt: string | null;
  readonly resolvedAt: string | null;
  readonly severity: Severity;
  readonly rule: string;
  readonly reason: string;
  readonly side: string;
  readonly score: number | null;
  readonly label: string;
}

/** The answer to "what would this have changed?": nothing of it is stored. */
export interface Backtest {
  readonly from: string | null;
  readonly to: string | null;
  readonly readings: number;
  /** There were more readings than are replayed: the oldest were left out. */
  readonly truncated: boolean;
  readonly current: Outcome;
  readonly proposed: Outcome;
  readonly gone: readonly Difference[];
  readonly added: readonly Difference[];
  /** Those that only the proposed silence hides. */
  readonly hidden: readonly Difference[];
  readonly kept: number;
  readonly points: readonly Point[];
}

export function parseBacktest(value: unknown): Backtest {
  const answer = object(value, "back-test");
  return {
    from: timeOrNull(answer, "from"),
    to: timeOrNull(answer, "to"),
    readings: count(answer, "readings"),
    truncated: answer["truncated"] === true,
    current: parseOutcome(object(answer["current"], "current")),
    proposed: parseOutcome(object(answer["proposed"], "proposed")),
    gone: list(answer["gone"], "gone").map(parseDifference),
    added: list(answer["added"], "added").map(parseDifference),
    hidden: list(answer["hidden"] ?? [], "hidden").map(parseDifference),
    kept: count(answer, "kept"),
    points: parsePoints(answer["points"]),
  };
}

function parseOutcome(outcome: JsonObject): Outcome {
  const labelled = object(outcome["labelled"] ?? {}, "labelled");
  return {
    hotspots: count(outcome, "hotspots"),
    bySeverity: numberMap(outcome["by_severity"]),
    byRule: numberMap(outcome["by_rule"]),
    suppressed: count(outcome, "suppressed"),
    anomalousReadings: count(outcome, "anomalous_readings"),
    truePositives: count(labelled, "true_positive"),
    falsePositives: count(labelled, "false_positive"),
  };
}

function parseDifference(value: unknown): Difference {
  const row = object(value, "hotspot");
  return {
    openedAt: timeOrNull(row, "opened_at"),
    resolvedAt: timeOrNull(row, "resolved_at"),
    severity: oneOf(row, "severity", SEVERITIES),
    rule: textOrEmpty(row, "rule"),
    reason: textOrEmpty(row, "reason"),
    side: textOrEmpty(row, "side"),
    score: numberOrNull(row, "score"),
    label: textOrEmpty(row, "label"),
  };
}
