import { useMemo } from "react";
import type { Series } from "../../services/rows/series";
import { Chart, chartLabel } from "../../shared/chart/Chart";
import { ANOMALY_SCORE } from "../../shared/chart/data";
import { formatPlural } from "../../shared/format";
import { Failure, Notice, Skeleton } from "../../shared/marks";
import { useParam } from "../../shared/urlState";
import { usePoints } from "./api";
import { describeResolution, RANGE_NAMES, RANGES, rangeOf, type Range } from "./ranges";

const HEIGHT = 260;

/** The readings with what was expected, over a span of choice. */
export function RangeChart({ series }: { series: Series }) {
  const [chosen, choose] = useParam("range");
  const range = rangeOf(chosen);
  return (
    <section className="detail-section" aria-label="Readings">
      <div className="section-head">
        <div className="segmented" role="group" aria-label="Span">
          {(Object.keys(RANGES) as Range[]).map((name) => (
            <button key={name} type="button" aria-pressed={name === range} onClick={() => choose(name)}>
              {RANGE_NAMES[name]}
            </button>
          ))}
        </div>
      </div>
      <Readings series={series} range={range} />
    </section>
  );
}

function Readings({ series, range }: { series: Series; range: Range }) {
  const { data, error, refetch } = usePoints(series, range);
  const { unit, metric, entity, effectiveThreshold, targets } = series;
  const threshold = effectiveThreshold ?? ANOMALY_SCORE;
  const target = targets["reading"] ?? null;
  const content = useMemo(
    () => ({ points: data?.points ?? [], unit, threshold, target }),
    [data, unit, threshold, target],
  );
  if (error && !data) {
    return <Failure title="The readings could not be loaded" error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton lines={6} />;
  if (data.points.length === 0) return <Notice title="No readings in this span" />;
  return (
    <>
      <Chart content={content} height={HEIGHT} label={chartLabel(content, metric, entity)} />
      <p className="muted">
        {describeResolution(data.resolutionSeconds)}, {formatPlural(data.points.length, "point")}, up to the last reading.
        Drag over the chart to look closer, double-click to come back.
      </p>
    </>
  );
}
