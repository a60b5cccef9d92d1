import { useMutation, useQuery } from "@tanstack/react-query";
import { get, post } from "../../services/http";
import { parseAlert, type Alert } from "../../services/rows/alert";
import { SEVERITIES } from "../../services/rows/hotspot";
import { parsePage } from "../../services/rows/page";
import { useStream, useStreams } from "../../shared/streams";
import { showFailure } from "../../shared/toasts";

/** All alerts of a hotspot, newest first: the live ones laid over what the REST API has. */
export function useAlertsOf(hotspotId: number): readonly Alert[] {
  const live = useStream(useStreams().alerts).rows;
  const { data = [] } = useQuery({
    queryKey: ["alerts", { hotspotId }],
    queryFn: async ({ signal }) =>
      parsePage(await get(`/api/alerts?hotspot_id=${hotspotId}`, signal), parseAlert).rows,
  });
  const rows = new Map(data.map((row) => [row.id, row]));
  for (const row of live.values()) if (row.hotspotId === hotspotId) rows.set(row.id, row);
  return [...rows.values()].sort((a, b) => b.id - a.id);
}

interface StormMembers {
  readonly members: readonly Alert[];
  readonly loading: boolean;
  readonly error: Error | null;
}

/** The alerts that a storm's summary stands for, the worst first. */
export function useStormMembers(storm: Alert): StormMembers {
  const live = useStream(useStreams().alerts).rows;
  const { data = [], error, isPending } = useQuery({
    queryKey: ["alerts", { storm: storm.id, hotspots: storm.hotspots }],
    queryFn: async ({ signal }) => {
      const filter = new URLSearchParams({ storm_id: String(storm.id), page_size: "500" });
      return parsePage(await get(`/api/alerts?${filter}`, signal), parseAlert).rows;
    },
  });
  const rows = new Map(data.map((row) => [row.id, row]));
  for (const row of live.values()) if (row.stormId === storm.id) rows.set(row.id, row);
  return { members: [...rows.values()].sort(byUrgency), loading: isPending, error };
}

const byUrgency = (a: Alert, b: Alert): number =>
  SEVERITIES.indexOf(a.level) - SEVERITIES.indexOf(b.level) || a.entity.localeCompare(b.entity);

export type AlertAction = "acknowledge" | "resolve";

/** Carries an action out; the answer is the row, which goes straight into the live table. */
export function useAlertAction(id: number) {
  const { alerts } = useStreams();
  return useMutation({
    mutationFn: async (action: AlertAction) => parseAlert(await post(`/api/alerts/${id}/${action}`)),
    onSuccess: alerts.merge,
    onError: (error, action) => showFailure(`${action} this alert`, error),
  });
}
