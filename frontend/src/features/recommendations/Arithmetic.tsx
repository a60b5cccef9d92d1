import type { Recommendation } from "../../services/rows/recommendation";
import { arithmeticSteps } from "./arithmetic";

/** How the predicted reduction was worked out, step by step. */
export function Arithmetic({ recommendation }: { recommendation: Recommendation }) {
  const steps = arithmeticSteps(recommendation.arithmetic);
  if (steps.length === 0) return null;
  if (steps.length === 1) return <p className="reason">{steps[0]?.figures}</p>;
  return (
    <ol className="steps" aria-label="How the reduction was worked out">
      {steps.map(({ name, figures }) => (
        <li key={name}>
          <span>{name}</span> <strong>{figures}</strong>
        </li>
      ))}
    </ol>
  );
}
