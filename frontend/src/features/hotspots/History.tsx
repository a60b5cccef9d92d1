import type { Hotspot } from "../../services/rows/hotspot";
import { Timeline } from "../../shared/Timeline";
import { useHotspotHistory } from "./api";

export function History({ hotspot }: { hotspot: Hotspot }) {
  const { data, error } = useHotspotHistory(hotspot);
  return <Timeline entries={data} error={error} />;
}
