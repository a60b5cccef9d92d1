import type { Hotspot } from "../../services/rows/hotspot";
import {
  formatDateTime,
  formatNumber,
  formatPercent,
  formatQuantity,
  humanize,
  isMoment,
} from "../../shared/format";

/** Words for the detector's own names; any other name is shown as it is. */
const EVIDENCE_NAMES: Readonly<Record<string, string>> = {
  slot: "Compared with",
  slot_count: "Comparable readings",
  n: "Readings learned",
  memory_days: "Memory (days)",
  severity_ratio: "Severity by ratio",
  severity_score: "Severity by score",
};

type Fact = readonly [name: string, value: string];

/** The figures that the finding rests on. */
export function KeyFigures({ hotspot }: { hotspot: Hotspot }) {
  return <FactList className="key-figures" facts={keyFigures(hotspot)} />;
}

/** The numbers behind the sentence, as the detector gave them. */
export function Evidence({ hotspot }: { hotspot: Hotspot }) {
  const facts: Fact[] = [
    ["Rule", [hotspot.rule, hotspot.reason].filter(Boolean).map(humanize).join(" · ") || "—"],
    ["Side", humanize(hotspot.side) || "—"],
    ...Object.entries(hotspot.evidence).map(([name, value]): Fact => [
      EVIDENCE_NAMES[name] ?? humanize(name),
      show(value),
    ]),
    ["Last seen", formatDateTime(hotspot.lastSeenAt)],
    ["Resolved", formatDateTime(hotspot.resolvedAt)],
  ];
  return <FactList className="facts" facts={facts} />;
}

function FactList({ className, facts }: { className: string; facts: readonly Fact[] }) {
  return (
    <dl className={className}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function keyFigures(hotspot: Hotspot): Fact[] {
  const { unit, percentAbove, expectedLow, expectedHigh } = hotspot;
  const band =
    expectedLow === null || expectedHigh === null
      ? "—"
      : `${formatNumber(expectedLow)} – ${formatNumber(expectedHigh)}`;
  return [
    ["Value", formatQuantity(hotspot.value, unit)],
    ["Expected", formatQuantity(hotspot.baseline, unit)],
    ["Band", band],
    ["Deviation", percentAbove === null ? "—" : formatPercent(percentAbove)],
    ["Score", formatNumber(hotspot.score)],
    ["Readings", formatNumber(hotspot.occurrences)],
  ];
}

function show(value: unknown): string {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "string") return isMoment(value) ? formatDateTime(value) : value || "—";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (Array.isArray(value)) return value.map(show).join(", ") || "—";
  return value === null ? "—" : JSON.stringify(value);
}
