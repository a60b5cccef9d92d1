import { useEffect } from "react";
import type { Alert } from "../services/rows/alert";
import type { Hotspot } from "../services/rows/hotspot";
import type { RowChange } from "../services/streams/streamStore";
import { formatPlural } from "../shared/format";
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
  if (isCritical(row) && !(before && isCritical(before))) announce(row.id, row.entity, row.explanation);
}

/** What a silence or a storm hides asks nobody, until it does not any more. */
const isCritical = (row: Hotspot): boolean =>
  row.severity === "critical" && row.status === "open" && row.suppressedBy === "";

function announceAlert({ row, before }: RowChange<Alert>): void {
  if (row.status !== "active" || row.suppressedBy || before) return;
  if (row.hotspotId === null) announceStorm(row);
  else if (row.level === "critical") announce(row.hotspotId, row.entity, row.message);
}

function announceStorm({ id, hotspots, message }: Alert): void {
  showToast({ key: `storm:${id}`, kind: "critical", title: `Storm of ${formatPlural(hotspots, "hotspot")}`, text: message });
}

/** A hotspot and its alert arrive together and make one toast: they have the same key. */
function announce(hotspotId: number, entity: string, text: string): void {
  const key = `critical:${hotspotId}`;
  showToast({ key, kind: "critical", title: `Critical: ${entity}`, text, hotspotId });
}
