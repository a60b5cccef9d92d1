import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Hotspot } from "../../services/rows/hotspot";
import { formatQuantity } from "../../shared/format";
import { Notice, Skeleton } from "../../shared/marks";
import { useTheme } from "../../shared/theme";
import { useSeries } from "./api";
import { ANOMALY_SCORE, chartColors, chartData, chartOptions } from "./chart";
import type { Point } from "./series";

const HEIGHT = 190;

export function SeriesChart({ hotspot }: { hotspot: Hotspot }) {
  const { data: points, error, refetch } = useSeries(hotspot);
  if (error && !points) {
    return (
      <Notice title="The readings could not be loaded">
        <p role="alert">{error.message}</p>
        <button type="button" className="button" onClick={() => void refetch()}>
          Try again
        </button>
      </Notice>
    );
  }
  if (!points) return <Skeleton lines={4} />;
  if (points.length === 0) return <Notice title="No readings around this hotspot" />;
  return <Plot hotspot={hotspot} points={points} />;
}

interface PlotProps {
  readonly hotspot: Hotspot;
  readonly points: readonly Point[];
}

function Plot({ hotspot, points }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = useTheme();
  const threshold = Number(hotspot.evidence["threshold"]) || ANOMALY_SCORE;
  const data = chartData(points, threshold);

  useEffect(() => {
    if (!host.current) return;
    // Newer data does not draw the chart anew: the next effect sets it.
    return mount(host.current, hotspot.unit, data, plot);
  }, [hotspot.unit, theme]);
  useEffect(() => plot.current?.setData(data), [points, threshold]);

  return <div ref={host} className="chart" role="img" aria-label={summary(hotspot, points)} />;
}

/** Draws into `host`, follows its width, and takes everything away again. */
function mount(
  host: HTMLElement,
  unit: string,
  data: uPlot.AlignedData,
  plot: { current: uPlot | null },
): () => void {
  const options = chartOptions(host.clientWidth || 480, HEIGHT, unit, chartColors(host));
  const mounted = new uPlot(options, data, host);
  plot.current = mounted;
  const observer = new ResizeObserver(() => {
    if (host.clientWidth > 0) mounted.setSize({ width: host.clientWidth, height: HEIGHT });
  });
  observer.observe(host);
  return () => {
    observer.disconnect();
    plot.current = null;
    mounted.destroy();
  };
}

function summary({ metric, entity, unit }: Hotspot, points: readonly Point[]): string {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = `between ${formatQuantity(low, unit)} and ${formatQuantity(high, unit)}`;
  return `${points.length} readings of ${metric} at ${entity}, ${range}`;
}
