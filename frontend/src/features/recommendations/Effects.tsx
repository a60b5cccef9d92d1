import type { Recommendation } from "../../services/rows/recommendation";
import { formatNumber, formatRange, humanize } from "../../shared/format";
import { formatAmount, type Measure } from "./measure";

interface EffectsProps {
  readonly recommendation: Recommendation;
  readonly measure: Measure | undefined;
  /** With how sure the retriever is, a rank and no probability; a row has room for a warning only. */
  readonly complete?: boolean;
}

/** What it would bring and cost, in one line of figures. */
export function Effects({ recommendation, measure, complete = false }: EffectsProps) {
  const facts = effects(recommendation, measure, complete);
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

function effects(
  row: Recommendation,
  measure: Measure | undefined,
  complete: boolean,
): (readonly [string, string])[] {
  const range = formatRange(row.reductionPctLow, row.reductionPctHigh);
  const predicted = row.predictedReduction;
  const facts: (readonly [string, string | null])[] = [
    ["Predicted", predicted === null ? null : `−${formatAmount(predicted, measure)}`],
    ["Source says", range && `−${range}`],
    ["Cost", row.cost ? humanize(row.cost) : null],
    ["Feasible", row.feasibility === null ? null : `${formatNumber(row.feasibility)}/10`],
    ["Confidence", row.confidence === null || !complete ? null : `${formatNumber(row.confidence)} of 1`],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}
