import type { Recommendation } from "../../services/rows/recommendation";
import { ScaleBars } from "../../shared/ScaleBars";
import { formatAmount, type Measure } from "./measure";

interface RealisedProps {
  readonly recommendation: Recommendation;
  readonly measure: Measure | undefined;
}

/** What the measure has brought beside what was predicted, once it was carried out. */
export function Realised({ recommendation, measure }: RealisedProps) {
  const { status, predictedReduction: predicted, realisedReduction: realised } = recommendation;
  if (status !== "implemented") return null;
  return (
    <div className="came-true" data-testid="realised-outcome">
      <dl className="effects">
        <div>
          <dt>Predicted</dt>
          <dd>{predicted === null ? "no amount" : formatAmount(predicted, measure)}</dd>
        </div>
        <div>
          <dt>Realised</dt>
          <dd>{realised === null ? "not measured" : formatAmount(realised, measure)}</dd>
        </div>
        {predicted !== null && predicted > 0 && realised !== null && (
          <div>
            <dt>Share</dt>
            <dd>{Math.round((100 * realised) / predicted)} % of the prediction</dd>
          </div>
        )}
      </dl>
      {predicted !== null && realised !== null && (
        <ScaleBars predicted={predicted} realised={realised} unit={measure?.unit ?? ""} />
      )}
    </div>
  );
}
