import type { Outcomes, UnitOutcome } from "../../services/rows/playbook";
import { formatCount, formatPlural, formatQuantity, humanize } from "../../shared/format";
import { ScaleBars } from "../../shared/ScaleBars";

const COUNTED = ["proposed", "pending", "approved", "rejected", "implemented", "expired"] as const;

/** How often it was proposed and decided, and how far what was predicted came true. */
export function OutcomesOf({ outcomes }: { outcomes: Outcomes }) {
  if (outcomes.proposed === 0) return <p className="muted">It was never proposed yet.</p>;
  return (
    <>
      <dl className="key-figures" data-testid="outcome-counts">
        {COUNTED.map((name) => (
          <div key={name}>
            <dt>{humanize(name)}</dt>
            <dd>{formatCount(outcomes[name])}</dd>
          </div>
        ))}
      </dl>
      {outcomes.units.length === 0 ? (
        <p className="muted">No measure has both a prediction and a measurement yet.</p>
      ) : (
        <>
          <Reductions units={outcomes.units} />
          <p className="muted" data-testid="sums-of-what">
            Each measure counts once, with the one reading or target’s period that it was proposed for: what they save over
            time is not known.
          </p>
        </>
      )}
    </>
  );
}

function Reductions({ units }: { units: readonly UnitOutcome[] }) {
  return (
    <div className="table-scroll" role="region" aria-label="Predicted against realised" tabIndex={0}>
      <table className="table reductions" data-testid="reductions">
        <caption className="sr-only">Predicted against realised reduction of the measures that were measured</caption>
        <thead>
          <tr>
            <th scope="col">Measured</th>
            <th scope="col">
              <span className="swatch predicted" aria-hidden="true" />
              Predicted
            </th>
            <th scope="col">
              <span className="swatch realised" aria-hidden="true" />
              Realised
            </th>
            <th scope="col">Came true</th>
          </tr>
        </thead>
        <tbody>
          {units.map((sums) => (
            <Sums key={sums.unit} sums={sums} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Sums({ sums: { unit, measured, predicted, realised, ratio } }: { sums: UnitOutcome }) {
  return (
    <>
      <tr className="sums">
        <th scope="row">{formatPlural(measured, "measure")}</th>
        <td>{formatQuantity(predicted, unit)}</td>
        <td>{formatQuantity(realised, unit)}</td>
        <td>{ratio === null ? "—" : `${Math.round(ratio * 100)} %`}</td>
      </tr>
      <tr>
        <td colSpan={4}>
          <ScaleBars predicted={predicted} realised={realised} unit={unit} />
        </td>
      </tr>
    </>
  );
}
