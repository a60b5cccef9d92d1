import { useState } from "react";
import type { Alert } from "../../services/rows/alert";
import { formatCount, formatDateTime } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { Link } from "../../shared/Link";
import { Age, Chip, SeverityMark, SimulatedChip, StatusChip } from "../../shared/marks";
import { Row } from "../../shared/Row";
import { atHotspot } from "../../shared/urlState";
import { AlertActions } from "./AlertRow";
import { useStormMembers } from "./api";
import { stormName } from "./listing";

/** Many hotspots that opened at once: one row that asks, with those that it stands for inside. */
export function StormRow({ storm }: { storm: Alert }) {
  const [open, setOpen] = useState(false);
  return (
    <Row
      testId={`row-alert-${storm.id}`}
      hotspotId={null}
      severity={storm.level}
      createdAt={storm.createdAt}
      dimmed={storm.status === "resolved"}
      selected={false}
      label=""
    >
      <div className="row-line">
        <SeverityMark severity={storm.level} />
        <strong className="row-title">{stormName(storm)}</strong>
        <Age time={storm.createdAt} />
      </div>
      <p className="row-text">{storm.message}</p>
      <div className="chips">
        <StatusChip status={storm.status} />
        {storm.acknowledgedBy && (
          <Chip title={formatDateTime(storm.acknowledgedAt)}>by {storm.acknowledgedBy}</Chip>
        )}
        {storm.simulated && <SimulatedChip />}
        <button
          type="button"
          className="button small expander"
          data-row
          data-testid="storm-members"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name="chevron" />
          {open ? "Hide them" : "Show them"}
        </button>
        <AlertActions alert={storm} />
      </div>
      {open && <Members storm={storm} />}
    </Row>
  );
}

function Members({ storm }: { storm: Alert }) {
  const { members, loading, error } = useStormMembers(storm);
  const missing = storm.hotspots - new Set(members.map((row) => row.hotspotId)).size;
  return (
    <ul className="members" aria-label="Hotspots of this storm">
      {members.map((row) => (
        <Member key={row.id} alert={row} />
      ))}
      {error && <li className="problem" role="alert">{error.message}</li>}
      {!loading && missing > 0 && <li className="muted">{formatCount(missing)} more are not on this page.</li>}
    </ul>
  );
}

function Member({ alert }: { alert: Alert }) {
  const { id, hotspotId, level, entity, metric, status } = alert;
  if (hotspotId === null) return null;
  return (
    <li data-testid={`member-alert-${id}`}>
      <SeverityMark severity={level} />
      <Link to={atHotspot(hotspotId)}>{entity}</Link>
      <span className="muted">{metric}</span>
      <StatusChip status={status} />
    </li>
  );
}
