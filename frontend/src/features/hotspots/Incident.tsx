import type { Hotspot } from "../../services/rows/hotspot";
import { formatPercent, formatQuantity } from "../../shared/format";
import { Link } from "../../shared/Link";
import { SeverityMark, StatusChip } from "../../shared/marks";
import { atHotspot } from "../../shared/urlState";
import { useIncident } from "./api";

/** The other hotspots of the same incident. */
export function Incident({ hotspot }: { hotspot: Hotspot }) {
  const others = useIncident(hotspot).filter(({ id }) => id !== hotspot.id);
  if (others.length === 0) return null;
  return (
    <section className="drawer-section" data-testid="incident">
      <h3>Same incident</h3>
      <ul className="members">
        {others.map((other) => (
          <li key={other.id}>
            <SeverityMark severity={other.severity} />
            <Link to={atHotspot(other.id)}>{other.metric}</Link>
            <span className="muted">
              {formatQuantity(other.value, other.unit)}
              {other.percentAbove !== null && ` (${formatPercent(other.percentAbove)})`}
            </span>
            <StatusChip status={other.status} />
          </li>
        ))}
      </ul>
    </section>
  );
}
