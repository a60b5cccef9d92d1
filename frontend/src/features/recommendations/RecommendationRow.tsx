import type { Severity } from "../../services/rows/hotspot";
import type { Recommendation } from "../../services/rows/recommendation";
import { formatDateTime } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { Age, Chip, SeverityMark, SimulatedChip, StatusChip } from "../../shared/marks";
import { Row } from "../../shared/Row";
import { DecisionButtons } from "./DecisionButtons";
import { Effects } from "./Effects";

interface RecommendationRowProps {
  readonly recommendation: Recommendation;
  readonly severity: Severity | undefined;
  readonly selected: boolean;
}

export function RecommendationRow({ recommendation, severity, selected }: RecommendationRowProps) {
  return (
    <Row
      testId={`row-recommendation-${recommendation.id}`}
      hotspotId={recommendation.hotspotId}
      severity={severity}
      createdAt={recommendation.createdAt}
      dimmed={recommendation.status !== "pending"}
      selected={selected}
      label={`${recommendation.title}, for ${recommendation.entity}: open the hotspot`}
    >
      <div className="row-line">
        {severity && <SeverityMark severity={severity} />}
        <strong className="row-title">{recommendation.title || recommendation.action}</strong>
        <Age time={recommendation.createdAt} />
      </div>
      <p className="row-text">
        <span className="muted">{recommendation.entity} · </span>
        {recommendation.action}
      </p>
      <Effects recommendation={recommendation} />
      <div className="chips">
        <DecisionStatus recommendation={recommendation} />
        {recommendation.simulated && <SimulatedChip />}
        <Sources count={recommendation.citations.length} />
        <DecisionButtons recommendation={recommendation} />
      </div>
    </Row>
  );
}

export function DecisionStatus({ recommendation }: { recommendation: Recommendation }) {
  const { status, decidedBy, decidedAt } = recommendation;
  return (
    <>
      <StatusChip status={status} />
      {decidedBy && <Chip title={formatDateTime(decidedAt)}>by {decidedBy}</Chip>}
    </>
  );
}

function Sources({ count }: { count: number }) {
  return (
    <span className="chip plain">
      <Icon name="document" />
      {count === 1 ? "1 source" : `${count} sources`}
    </span>
  );
}
