import { useMemo } from "react";
import type { Hotspot } from "../../services/rows/hotspot";
import { Chart, chartLabel } from "../../shared/chart/Chart";
import { ANOMALY_SCORE } from "../../shared/chart/data";
import { Failure, Notice, Skeleton } from "../../shared/marks";
import { useSeries } from "./api";

const HEIGHT = 190;

/** The readings around a hotspot with the band that was expected. */
export function SeriesChart({ hotspot }: { hotspot: Hotspot }) {
  const { data: points, error, refetch } = useSeries(hotspot);
  const { unit, metric, entity, evidence } = hotspot;
  const threshold = Number(evidence["threshold"]) || ANOMALY_SCORE;
  const content = useMemo(() => ({ points: points ?? [], unit, threshold }), [points, unit, threshold]);
  if (error && !points) {
    return <Failure title="The readings could not be loaded" error={error} onRetry={() => void refetch()} />;
  }
  if (!points) return <Skeleton lines={4} />;
  if (points.length === 0) return <Notice title="No readings around this hotspot" />;
  return <Chart content={content} height={HEIGHT} label={chartLabel(content, metric, entity)} />;
}
