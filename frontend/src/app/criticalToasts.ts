import { useEffect } from "react";
import type { Alert } from "../services/rows/alert";
import type { Hotspot } from "../services/rows/hotspot";
import type { RowChange } from "../services/streams/streamStore";
import { useStreams } from "../shared/streams";
import { showToast } from "../shared/toasts";

/** Announces each hotspot and alert that turns critical while the page is open. */
export function useCriticalToasts(): void {
  const { hotspots, alerts } = useStreams();
  useEffect(() => {
    const stops = [hotspots.onChange(announceHotspot), alerts.onChange(announceAlert)];
    return () => stops.forEach((stop) => stop());
  }, [hotspots, alerts]);
}

function announceHotspot({ row, before }: RowChange<Hotspot>): void {
  const critical = row.severity === "critical" && row.status === "open";
  const wasCritical = before?.severity === "critical" && before.status === "open";
  if (critical && !wasCritical) announce(row.id, row.entity, row.explanation);
}

function announceAlert({ row, before }: RowChange<Alert>): void {
  const critical = row.level === "critical" && row.status === "active";
  if (critical && !before) announce(row.hotspotId, row.entity, row.message);
}

/** A hotspot and its alert arrive together and make one toast: they have the same key. */
function announce(hotspotId: number, entity: string, text: string): void {
  const key = `critical:${hotspotId}`;
  showToast({ key, kind: "critical", title: `Critical: ${entity}`, text, hotspotId });
}
