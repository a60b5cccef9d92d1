import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "../../services/http";
import { parseListPage } from "../../services/rows/page";
import { parsePointSeries, type PointSeries } from "../../services/rows/points";
import { parseSeries, parseTarget, type Series } from "../../services/rows/series";
import { parseHistory } from "../../shared/history";
import { usePages } from "../../shared/PagedList";
import { rangeQuery, type Range } from "./ranges";

/** The first part of every key of this feature, so that a change has all of it read again. */
export const SERIES = "series-view";
const REFRESH_MS = 15_000;
const POINTS = 500;
const DAY_SECONDS = 86_400;

export function useSeriesList(search: string) {
  const path = search ? `/api/series?${new URLSearchParams({ search })}` : "/api/series";
  return usePages([SERIES, "list", search], path, parseSeries);
}

export function useSeriesRow(id: number) {
  return useQuery({
    queryKey: [SERIES, id, "row"],
    queryFn: async ({ signal }) => parseSeries(await get(`/api/series/${id}`, signal)),
    refetchInterval: REFRESH_MS,
  });
}

/** Readings or buckets of a range that ends with the last reading. */
export function usePoints({ id, lastTime }: Series, range: Range) {
  return useQuery({
    queryKey: [SERIES, id, "points", range, lastTime],
    queryFn: ({ signal }) => fetchPoints(id, rangeQuery(range, lastTime), signal),
    placeholderData: keepPreviousData,
  });
}

/** A range from before the series began is cut to where it began: else the buckets would be far too long. */
async function fetchPoints(id: number, range: Record<string, string>, signal: AbortSignal): Promise<PointSeries> {
  const ask = async (from: Record<string, string>) => {
    const query = new URLSearchParams({ ...from, points: String(POINTS) });
    return parsePointSeries(await get(`/api/series/${id}/points?${query}`, signal));
  };
  const found = await ask(range);
  const first = found.points[0];
  if (!first || found.resolutionSeconds <= DAY_SECONDS) return found;
  return ask({ from: new Date(first.time * 1000).toISOString() });
}

export function useSeriesHistory(id: number) {
  return useQuery({
    queryKey: [SERIES, id, "history"],
    queryFn: async ({ signal }) => parseHistory(await get(`/api/series/${id}/history`, signal)),
  });
}

export function useTargets({ id, entity, metric }: Series, enabled: boolean) {
  const query = new URLSearchParams({ entity, metric });
  return useQuery({
    queryKey: [SERIES, id, "targets"],
    queryFn: async ({ signal }) => parseListPage(await get(`/api/targets?${query}`, signal), parseTarget).rows,
    enabled,
  });
}

export type Lesson = "accept" | "freeze" | "unfreeze" | "rebuild";

/** Tells the detector something about a series; the answer is its row. */
export function useTeaching(id: number) {
  const keep = useKeepSeries(id);
  return useMutation({
    mutationFn: async ({ lesson, days }: { readonly lesson: Lesson; readonly days?: number }) =>
      parseSeries(await post(`/api/series/${id}/${lesson}`, days === undefined ? {} : { days })),
    onSuccess: keep,
  });
}

/** Shows the row that an answer brought, and has the rest of the series read again. */
export function useKeepSeries(id: number): (series: Series) => Promise<void> {
  const client = useQueryClient();
  return (series) => {
    client.setQueryData([SERIES, id, "row"], series);
    return client.invalidateQueries({ queryKey: [SERIES, id] });
  };
}
