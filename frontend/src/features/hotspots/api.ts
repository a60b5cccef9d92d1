import { useEffect } from "react";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "../../services/http";
import { object } from "../../services/rows/decode";
import { parseHotspot, SEVERITIES, type Hotspot } from "../../services/rows/hotspot";
import { parseListPage, parsePage } from "../../services/rows/page";
import { parsePoints } from "../../services/rows/points";
import { parseSeries } from "../../services/rows/series";
import { parseHistory } from "../../shared/history";
import { useStream, useStreams } from "../../shared/streams";
import { showFailure } from "../../shared/toasts";

const SERIES_REFRESH_MS = 15_000;

export interface HotspotQuery {
  readonly hotspot: Hotspot | undefined;
  readonly error: Error | null;
  readonly refetch: () => void;
}

/** The hotspot from the live table, else (an old one, by its address) from the REST API. */
export function useHotspot(id: number): HotspotQuery {
  const { rows, loaded, problem } = useStream(useStreams().hotspots);
  const live = rows.get(id);
  const query = useQuery({
    queryKey: ["hotspot", id],
    queryFn: async ({ signal }) => parseHotspot(await get(`/api/hotspots/${id}`, signal)),
    enabled: !live && (loaded || problem !== null),
  });
  return { hotspot: live ?? query.data, error: query.error, refetch: () => void query.refetch() };
}

/** The readings around the hotspot, read again with each change of it. */
export function useSeries(hotspot: Hotspot) {
  useRefreshOn(hotspot.version, ["series", hotspot.id]);
  return useQuery({
    queryKey: ["series", hotspot.id],
    queryFn: async ({ signal }) => {
      const series = object(await get(`/api/hotspots/${hotspot.id}/series`, signal), "series");
      return parsePoints(series["points"]);
    },
    refetchInterval: hotspot.resolvedAt === null ? SERIES_REFRESH_MS : false,
    placeholderData: keepPreviousData,
  });
}

/** The hotspots of the same incident, itself among them: the live ones laid over what REST has. */
export function useIncident(hotspot: Hotspot): readonly Hotspot[] {
  const live = useStream(useStreams().hotspots).rows;
  const incident = hotspot.incidentId ?? hotspot.id;
  const { data = [] } = useQuery({
    queryKey: ["incident", hotspot.entity],
    queryFn: async ({ signal }) => {
      const filter = new URLSearchParams({ entity: hotspot.entity });
      return parsePage(await get(`/api/hotspots?${filter}`, signal), parseHotspot).rows;
    },
  });
  const rows = new Map([...data, ...live.values()].map((row) => [row.id, row]));
  return [...rows.values()]
    .filter((row) => (row.incidentId ?? row.id) === incident)
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || a.id - b.id);
}

/** The series that a hotspot is about, undefined while it is not known. */
export function useSeriesOf({ entity, metric }: Hotspot, enabled: boolean) {
  return useQuery({
    queryKey: ["series-of", entity, metric],
    queryFn: async ({ signal }) => {
      const filter = new URLSearchParams({ entity, metric });
      return parseListPage(await get(`/api/series?${filter}`, signal), parseSeries).rows[0] ?? null;
    },
    enabled,
  });
}

export function useHotspotHistory(hotspot: Hotspot) {
  useRefreshOn(hotspot.version, ["history", hotspot.id]);
  return useQuery({
    queryKey: ["history", hotspot.id],
    queryFn: async ({ signal }) => parseHistory(await get(`/api/hotspots/${hotspot.id}/history`, signal)),
  });
}

function useRefreshOn(version: number, [kind, id]: readonly [string, number]): void {
  const client = useQueryClient();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: [kind, id] }, { cancelRefetch: false });
  }, [client, kind, id, version]);
}

export type HotspotAction =
  | { readonly name: "acknowledge" | "resolve" | "ignore" }
  | { readonly name: "label"; readonly label: "true_positive" | "false_positive" };

/** Carries an action out; the answer is the row, which goes straight into the live table. */
export function useHotspotAction(id: number) {
  const { hotspots } = useStreams();
  return useMutation({
    mutationFn: async ({ name, ...body }: HotspotAction) =>
      parseHotspot(await post(`/api/hotspots/${id}/${name}`, body)),
    onSuccess: hotspots.merge,
    onError: (error, { name }) => showFailure(`${name} this hotspot`, error),
  });
}
