import type { Alert } from "../../services/rows/alert";
import { PERMISSIONS } from "../../services/session";
import { formatDateTime } from "../../shared/format";
import { Icon, type IconName } from "../../shared/Icon";
import { Age, Chip, SeverityMark, SimulatedChip, StatusChip, SuppressedChip } from "../../shared/marks";
import { Row } from "../../shared/Row";
import { useCan } from "../../shared/user";
import { useAlertAction } from "./api";
import { nameOf } from "./listing";

interface AlertRowProps {
  readonly alert: Alert;
  readonly selected: boolean;
  /** Test hooks name a row once: the copy in a hotspot's detail has its own. */
  readonly testId?: string;
}

export function AlertRow({ alert, selected, testId = `row-alert-${alert.id}` }: AlertRowProps) {
  return (
    <Row
      testId={testId}
      hotspotId={alert.hotspotId}
      severity={alert.level}
      createdAt={alert.createdAt}
      dimmed={alert.status === "resolved"}
      muted={alert.suppressedBy !== ""}
      selected={selected}
      label={`${nameOf(alert)}: open its hotspot`}
    >
      <div className="row-line">
        <SeverityMark severity={alert.level} />
        <strong className="row-title">{alert.entity}</strong>
        <span className="muted">{alert.metric}</span>
        <Age time={alert.createdAt} />
      </div>
      <p className="row-text">{alert.message}</p>
      <div className="chips">
        <StatusChip status={alert.status} />
        <SuppressedChip by={alert.suppressedBy} />
        {alert.acknowledgedBy && (
          <Chip title={formatDateTime(alert.acknowledgedAt)}>by {alert.acknowledgedBy}</Chip>
        )}
        {alert.simulated && <SimulatedChip />}
        <AlertActions alert={alert} />
      </div>
    </Row>
  );
}

export function AlertActions({ alert }: { alert: Alert }) {
  const allowed = useCan(PERMISSIONS.changeAlert);
  const action = useAlertAction(alert.id);
  if (!allowed || alert.status === "resolved") return null;
  const button = (name: "acknowledge" | "resolve", text: string, icon: IconName) => (
    <button
      type="button"
      className="button small"
      aria-label={`${text}: ${nameOf(alert)}`}
      disabled={action.isPending}
      onClick={() => action.mutate(name)}
    >
      <Icon name={icon} />
      {text}
    </button>
  );
  return (
    <div className="row-actions">
      {alert.status === "active" && button("acknowledge", "Acknowledge", "eye")}
      {button("resolve", "Resolve", "check")}
    </div>
  );
}
