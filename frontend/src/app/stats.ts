import { useEffect, useRef } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get } from "../services/http";
import { numberOrNull, object, textOrEmpty } from "../services/rows/decode";
import { useStreams } from "../shared/streams";

const REFRESH_MS = 30_000;
const AFTER_CHANGE_MS = 1_000;

export type Counts = Readonly<Record<string, number>>;

export interface Stats {
  readonly hotspots: Counts;
  readonly severities: Counts;
  readonly alerts: Counts;
  readonly recommendations: Counts;
  /** Sum of what was approved; null where the server does not tell. */
  readonly approvedReduction: number | null;
  readonly approvedReductionUnit: string;
}

/** Totals over all rows, not only those on the screen; read again soon after each change. */
export function useStats() {
  useRefreshAfterChanges();
  return useQuery({
    queryKey: ["stats"],
    queryFn: async ({ signal }) => parseStats(await get("/api/stats", signal)),
    refetchInterval: REFRESH_MS,
  });
}

export function parseStats(value: unknown): Stats {
  const stats = object(value, "stats");
  return {
    hotspots: counts(stats["hotspots"], "status"),
    severities: counts(stats["severity"] ?? stats["hotspots"], "severity"),
    alerts: counts(stats["alerts"], "status"),
    recommendations: counts(stats["recommendations"], "status"),
    approvedReduction: numberOrNull(stats, "approved_reduction"),
    approvedReductionUnit: textOrEmpty(stats, "approved_reduction_unit"),
  };
}

/**
 * Counts by name, whether they come flat or one level down under what they are counted by;
 * where the server tells those that are not over yet, these.
 */
function counts(value: unknown, by: string): Counts {
  if (typeof value !== "object" || value === null) return {};
  const record = value as Record<string, unknown>;
  const nested = record[`active_by_${by}`] ?? record[`by_${by}`] ?? record[by];
  if (nested) return counts(nested, by);
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}

/** At most one request per interval, however many changes arrive. */
function useRefreshAfterChanges(): void {
  const client = useQueryClient();
  const { hotspots, alerts, recommendations } = useStreams();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    const refresh = () => {
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        void client.invalidateQueries({ queryKey: ["stats"] });
      }, AFTER_CHANGE_MS);
    };
    const stops = [hotspots.onChange(refresh), alerts.onChange(refresh), recommendations.onChange(refresh)];
    return () => {
      stops.forEach((stop) => stop());
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [client, hotspots, alerts, recommendations]);
}
