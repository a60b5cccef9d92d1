import { useEffect } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get } from "../../services/http";
import { parseHotspot } from "../../services/rows/hotspot";
import { parsePage } from "../../services/rows/page";
import { parseRecommendation, type Recommendation } from "../../services/rows/recommendation";
import { upsert } from "../../services/streams/rowTable";
import { parseHistory } from "../../shared/history";
import { useStream, useStreams } from "../../shared/streams";
import { measureOf, type Measure } from "./measure";

/** All recommendations for a hotspot: what the REST API has, with the live ones laid over it. */
export function useRecommendationsOf(hotspotId: number) {
  const live = useStream(useStreams().recommendations).rows;
  const { data = [], error, refetch } = useQuery({
    queryKey: ["recommendations", { hotspotId }],
    queryFn: async ({ signal }) => {
      const page = await get(`/api/recommendations?hotspot_id=${hotspotId}`, signal);
      return parsePage(page, parseRecommendation).rows;
    },
  });
  const rest = new Map(data.map((row) => [row.id, row]));
  const rows = upsert(rest, [...live.values()].filter((row) => row.hotspotId === hotspotId), () => false);
  return { rows: [...rows.values()].sort((a, b) => a.id - b.id), error, refetch };
}

/** Who changed what, read again with each change. */
export function useRecommendationHistory({ id, version }: Recommendation) {
  const client = useQueryClient();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["advice-history", id] }, { cancelRefetch: false });
  }, [client, id, version]);
  return useQuery({
    queryKey: ["advice-history", id],
    queryFn: async ({ signal }) => parseHistory(await get(`/api/recommendations/${id}/history`, signal)),
  });
}

/** What its amounts are of, by its hotspot. */
export function useMeasureOf({ hotspotId }: Recommendation): Measure | undefined {
  const live = useStream(useStreams().hotspots).rows.get(hotspotId);
  const { data } = useQuery({
    queryKey: ["hotspot", hotspotId],
    queryFn: async ({ signal }) => parseHotspot(await get(`/api/hotspots/${hotspotId}`, signal)),
    enabled: !live,
  });
  return measureOf(live ?? data);
}
