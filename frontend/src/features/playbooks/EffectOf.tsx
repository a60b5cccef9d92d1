import type { PlaybookEffect } from "../../services/rows/playbook";
import { formatRange, humanize } from "../../shared/format";

const SCOPES: Readonly<Record<string, string>> = {
  excess: "what is above the expected: a return to normal",
  total: "the whole reading: a lasting change",
};

/** The source's figure with its words and its calculation. */
export function EffectOf({ effect }: { effect: PlaybookEffect | null }) {
  if (!effect) return <p className="muted">Its sources have no figure, so no amount is ever predicted from it.</p>;
  const { lowPct, highPct, basis, scope, condition, quote, calculations } = effect;
  const facts: (readonly [string, string])[] = [
    ["Reduction", `${formatRange(lowPct, highPct)}${lowPct < highPct ? "; predictions take the lower figure" : ""}`],
    ["Of what", SCOPES[scope] ?? scope],
    ["Measured per", humanize(basis)],
    ["Holds only if", condition],
  ];
  return (
    <>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {calculations.length > 0 && (
          <div>
            <dt>Calculation</dt>
            <dd>
              {calculations.map((line) => (
                <p key={line} className="calculation">
                  {line}
                </p>
              ))}
            </dd>
          </div>
        )}
      </dl>
      {quote && (
        <blockquote dir="auto">
          <p>{quote}</p>
          <footer>The words of its source</footer>
        </blockquote>
      )}
    </>
  );
}
