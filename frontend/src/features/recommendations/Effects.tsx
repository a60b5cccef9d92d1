import type { Recommendation } from "../../services/rows/recommendation";
import { formatNumber, formatRange, humanize } from "../../shared/format";

interface EffectsProps {
  readonly recommendation: Recommendation;
  /** With how sure the generator is; a row has no room for that. */
  readonly complete?: boolean;
}

/** What it would bring and cost, in one line of figures. */
export function Effects({ recommendation, complete = false }: EffectsProps) {
  const facts = effects(recommendation, complete);
  if (facts.length === 0) return null;
  return (
    <dl className="effects">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function effects(row: Recommendation, complete: boolean): (readonly [string, string])[] {
  const range = formatRange(row.reductionPctLow, row.reductionPctHigh);
  const facts: (readonly [string, string | null])[] = [
    ["Saves", range],
    ["CO₂", row.co2Reduction === null ? null : `−${formatNumber(row.co2Reduction)}`],
    ["Cost", row.cost ? humanize(row.cost) : null],
    ["Feasible", row.feasibility === null ? null : `${formatNumber(row.feasibility)}/10`],
    ["Confidence", row.confidence === null || !complete ? null : confidence(row.confidence)],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

/** A share between 0 and 1 as a percentage; anything else as it is. */
function confidence(value: number): string {
  return value <= 1 ? `${Math.round(value * 100)} %` : formatNumber(value);
}
