import { useMemo } from "react";
import type { Backtest, Difference, Outcome } from "../../services/rows/backtest";
import type { Series } from "../../services/rows/series";
import { Chart, chartLabel } from "../../shared/chart/Chart";
import { ANOMALY_SCORE, type Mark } from "../../shared/chart/data";
import { formatCount, formatDateTime, formatNumber, formatPlural, humanize } from "../../shared/format";
import { Chip, SeverityMark, SEVERITY_NAMES } from "../../shared/marks";
import { comparisonRows, headline, type Comparison } from "./comparison";

const HEIGHT = 180;
const LISTED = 12;

interface BacktestResultProps {
  readonly series: Series;
  readonly backtest: Backtest;
  /** The form has been changed since. */
  readonly outdated: boolean;
}

/** Now and proposed side by side, with what would be gone and what would be added. */
export function BacktestResult({ series, backtest, outdated }: BacktestResultProps) {
  const { from, to, readings, truncated, current, proposed, gone, added, hidden, points } = backtest;
  return (
    <div className="backtest" data-testid="backtest-result" data-outdated={outdated || undefined}>
      {outdated && <p className="muted" role="status">This answers what was asked before: ask again.</p>}
      <p className="headline" role="status">{headline(backtest)}</p>
      <p className="muted">
        {formatPlural(readings, "reading")} replayed, {formatDateTime(from)} to {formatDateTime(to)}.
        {truncated && " There were more: the oldest were left out."}
      </p>
      <ComparisonTable current={current} proposed={proposed} />
      {points.length > 0 && <ResultChart series={series} backtest={backtest} />}
      <div className="differences">
        <Differences title="Would be gone" rows={gone} />
        <Differences title="Would be added" rows={added} />
        {hidden.length > 0 && <Differences title="Would be hidden" rows={hidden} />}
      </div>
    </div>
  );
}

function ComparisonTable({ current, proposed }: { current: Outcome; proposed: Outcome }) {
  return (
    <table className="table comparison">
      <thead>
        <tr>
          <th scope="col">Over this span</th>
          <th scope="col" className="number">Current</th>
          <th scope="col" className="number">Proposed</th>
          <th scope="col" className="number">Change</th>
        </tr>
      </thead>
      <tbody>
        {comparisonRows(current, proposed).map((row) => (
          <ComparisonLine key={row.name} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function ComparisonLine({ row }: { row: Comparison }) {
  const change = row.proposed - row.current;
  return (
    <tr data-level={row.level}>
      <th scope="row">{row.name}</th>
      <td className="number">{formatCount(row.current)}</td>
      <td className="number">{formatCount(row.proposed)}</td>
      <td className="number" data-tone={row.tone}>
        {change === 0 ? "—" : `${change > 0 ? "+" : "−"}${formatCount(Math.abs(change))}`}
      </td>
    </tr>
  );
}

function ResultChart({ series, backtest }: { series: Series; backtest: Backtest }) {
  const { unit, metric, entity, effectiveThreshold } = series;
  const threshold = effectiveThreshold ?? ANOMALY_SCORE;
  const content = useMemo(() => {
    const marks = [...marksOf([...backtest.gone, ...backtest.hidden], "gone"), ...marksOf(backtest.added, "added")];
    return { points: backtest.points, unit, threshold, marks };
  }, [backtest, unit, threshold]);
  return (
    <figure className="backtest-chart">
      <Chart content={content} height={HEIGHT} label={chartLabel(content, metric, entity)} />
      <figcaption className="muted">
        <span className="key gone" aria-hidden="true" /> would be gone or hidden
        <span className="key added" aria-hidden="true" /> would be added
      </figcaption>
    </figure>
  );
}

function marksOf(rows: readonly Difference[], kind: Mark["kind"]): Mark[] {
  return rows.flatMap(({ openedAt }) => (openedAt === null ? [] : [{ time: Date.parse(openedAt) / 1000, kind }]));
}

function Differences({ title, rows }: { title: string; rows: readonly Difference[] }) {
  return (
    <section>
      <h4>
        {title} <span className="count">{formatCount(rows.length)}</span>
      </h4>
      <ul>
        {rows.slice(0, LISTED).map((row, index) => (
          <DifferenceLine key={`${row.openedAt}-${index}`} row={row} />
        ))}
      </ul>
      {rows.length === 0 && <p className="muted">None</p>}
      {rows.length > LISTED && <p className="muted">and {formatCount(rows.length - LISTED)} more</p>}
    </section>
  );
}

function DifferenceLine({ row }: { row: Difference }) {
  const facts = [SEVERITY_NAMES[row.severity], humanize(row.rule), humanize(row.reason), row.side];
  return (
    <li>
      <SeverityMark severity={row.severity} />
      <span>
        {formatDateTime(row.openedAt)}
        <small className="muted">
          {facts.filter(Boolean).join(" · ")}
          {row.score !== null && ` · score ${formatNumber(row.score)}`}
        </small>
      </span>
      {row.label && <Chip>{humanize(row.label)}</Chip>}
    </li>
  );
}
