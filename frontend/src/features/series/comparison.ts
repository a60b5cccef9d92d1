import type { Backtest, Outcome } from "../../services/rows/backtest";
import { SEVERITIES } from "../../services/rows/hotspot";
import { formatCount, formatPlural, humanize } from "../../shared/format";
import { SEVERITY_NAMES } from "../../shared/marks";

/** One line of "current, proposed". */
export interface Comparison {
  readonly name: string;
  readonly current: number;
  readonly proposed: number;
  /** Part of the line above it. */
  readonly level: 1 | 2;
  /** Set where more or less is clearly better or worse: for what somebody has labelled. */
  readonly tone?: "good" | "critical" | undefined;
}

export function comparisonRows(current: Outcome, proposed: Outcome): readonly Comparison[] {
  const pick = (name: string, read: (outcome: Outcome) => number, level: 1 | 2 = 1): Comparison => ({
    name,
    current: read(current),
    proposed: read(proposed),
    level,
  });
  const found = ({ byRule }: Outcome) => Object.keys(byRule).filter((rule) => byRule[rule]);
  const rules = [...new Set([...found(current), ...found(proposed)])].sort();
  return [
    pick("Hotspots", (outcome) => outcome.hotspots),
    ...SEVERITIES.map((name) => pick(SEVERITY_NAMES[name], (outcome) => outcome.bySeverity[name] ?? 0, 2)),
    ...rules.map((name) => pick(`By ${humanize(name).toLowerCase()}`, (outcome) => outcome.byRule[name] ?? 0, 2)),
    pick("Suppressed", (outcome) => outcome.suppressed),
    toned(pick("Labelled true positive", (outcome) => outcome.truePositives), "good"),
    toned(pick("Labelled false positive", (outcome) => outcome.falsePositives), "critical"),
    pick("Anomalous readings", (outcome) => outcome.anomalousReadings),
  ];
}

/** `more`: what it is when the proposal has more of it. */
function toned(row: Comparison, more: "good" | "critical"): Comparison {
  if (row.current === row.proposed) return row;
  const rises = row.proposed > row.current;
  return { ...row, tone: rises === (more === "good") ? "good" : "critical" };
}

/** The answer in a sentence, with what was labelled and would be lost. */
export function headline({ gone, added, hidden, kept, current, proposed }: Backtest): string {
  const lost = current.truePositives - proposed.truePositives;
  const spared = current.falsePositives - proposed.falsePositives;
  const parts = [
    gone.length + added.length === 0
      ? `The same ${formatPlural(kept, "hotspot")} as now`
      : `${formatPlural(gone.length, "hotspot")} would be gone, ${formatCount(added.length)} added, ${formatCount(kept)} kept`,
    hidden.length > 0 && `${formatCount(hidden.length)} of them would ask nobody`,
    lost > 0 && `${formatPlural(lost, "true positive")} lost`,
    spared > 0 && `${formatPlural(spared, "false positive")} spared`,
  ];
  return `${parts.filter(Boolean).join("; ")}.`;
}
