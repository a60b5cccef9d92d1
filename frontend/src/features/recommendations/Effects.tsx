import type { Recommendation } from "../../services/rows/recommendation";
import { formatNumber, formatQuantity, formatRange, humanize } from "../../shared/format";

interface EffectsProps {
  readonly recommendation: Recommendation;
  /** The hotspot's; empty where it is not known. */
  readonly unit: string;
  /** With how sure the retriever is, a rank and no probability; a row has room for a warning only. */
  readonly complete?: boolean;
}

/** What it would bring and cost, in one line of figures. */
export function Effects({ recommendation, unit, complete = false }: EffectsProps) {
  const facts = effects(recommendation, unit, complete);
  const { lowConfidence } = recommendation;
  if (facts.length === 0 && !lowConfidence) return null;
  return (
    <div className="effects-line">
      <dl className="effects">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {lowConfidence && <LowConfidence />}
    </div>
  );
}

function LowConfidence() {
  return (
    <span className="chip low" title="It was barely near enough to be proposed: read the passages first">
      Low confidence
    </span>
  );
}

function effects(row: Recommendation, unit: string, complete: boolean): (readonly [string, string])[] {
  const range = formatRange(row.reductionPctLow, row.reductionPctHigh);
  const predicted = row.predictedReduction;
  const facts: (readonly [string, string | null])[] = [
    ["Predicted", predicted === null ? null : `−${formatQuantity(predicted, unit)}`],
    ["Source says", range && `−${range}`],
    ["Cost", row.cost ? humanize(row.cost) : null],
    ["Feasible", row.feasibility === null ? null : `${formatNumber(row.feasibility)}/10`],
    ["Confidence", row.confidence === null || !complete ? null : `${formatNumber(row.confidence)} of 1`],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}
