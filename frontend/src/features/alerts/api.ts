import { useMutation, useQuery } from "@tanstack/react-query";
import { get, post } from "../../services/http";
import { parseAlert, type Alert } from "../../services/rows/alert";
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
