import { useEffect } from "react";
import { stormName } from "../features/alerts/listing";
import type { Alert } from "../services/rows/alert";
import type { Hotspot } from "../services/rows/hotspot";
import type { RowChange } from "../services/streams/streamStore";
import { serverNow } from "../services/http";
import { useStreams } from "../shared/streams";
import { showToast } from "../shared/toasts";

/** Older findings are history that is being loaded. An hour's reading may be stamped with the hour's beginning. */
const RECENT_MS = 75 * 60_000;

/** Announces each hotspot that turns critical now, and each storm, while the page is open. */
export function useCriticalToasts(): void {
  const { hotspots, alerts } = useStreams();
  useEffect(() => {
    const stops = [hotspots.onChange(announceHotspot), alerts.onChange(announceStorm)];
    return () => stops.forEach((stop) => stop());
  }, [hotspots, alerts]);
}

/** Its critical alert arrives with it and says no more; only the hotspot knows when it was seen. */
function announceHotspot({ row, before }: RowChange<Hotspot>): void {
  if (!isCritical(row) || (before && isCritical(before)) || !isRecent(row)) return;
  const { id, entity, explanation } = row;
  const title = `Critical: ${entity}`;
  showToast({ key: `critical:${id}`, kind: "critical", title, text: explanation, hotspotId: id });
}

/** What a silence hides asks nobody, until it does not any more. */
const isCritical = (row: Hotspot): boolean =>
  row.severity === "critical" && row.status === "open" && row.suppressedBy === "";

/** By the time of its last reading: one that opened long ago may get worse today. */
const isRecent = ({ lastSeenAt, openedAt }: Hotspot): boolean =>
  serverNow() - Date.parse(lastSeenAt ?? openedAt ?? "") < RECENT_MS;

function announceStorm({ row, before }: RowChange<Alert>): void {
  if (row.hotspotId !== null || row.status !== "active" || row.suppressedBy || before) return;
  const title = stormName(row);
  showToast({ key: `storm:${row.id}`, kind: "critical", title, text: row.message });
}
