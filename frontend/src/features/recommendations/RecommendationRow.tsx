import type { Severity } from "../../services/rows/hotspot";
import type { Recommendation } from "../../services/rows/recommendation";
import { formatDateTime } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { Age, Chip, SeverityMark, SimulatedChip, StatusChip } from "../../shared/marks";
import { Row } from "../../shared/Row";
import { useUser } from "../../shared/user";
import { DecisionButtons } from "./DecisionButtons";
import { nameOf, needsOtherEyes } from "./deciding";
import { Effects } from "./Effects";
import type { Measure } from "./measure";
import type { Selection } from "./selection";

interface RecommendationRowProps {
  readonly recommendation: Recommendation;
  readonly severity: Severity | undefined;
  readonly measure: Measure | undefined;
  /** Its hotspot is open. */
  readonly selected: boolean;
  /** Null for those who may not decide. */
  readonly selection: Selection | null;
}

export function RecommendationRow(props: RecommendationRowProps) {
  const { recommendation, severity, measure, selected, selection } = props;
  return (
    <Row
      testId={`row-recommendation-${recommendation.id}`}
      hotspotId={recommendation.hotspotId}
      severity={severity}
      createdAt={recommendation.createdAt}
      dimmed={recommendation.status !== "pending"}
      selected={selected}
      label={`${nameOf(recommendation)}: open the hotspot`}
    >
      <div className="row-line">
        {selection && recommendation.status === "pending" && (
          <Tick recommendation={recommendation} selection={selection} />
        )}
        {severity && <SeverityMark severity={severity} />}
        <strong className="row-title" dir="auto">
          {recommendation.title || recommendation.action}
        </strong>
        <Age time={recommendation.createdAt} />
      </div>
      <p className="row-text">
        <span className="muted">
          <bdi>{recommendation.entity}</bdi> ·{" "}
        </span>
        {recommendation.action}
      </p>
      <Effects recommendation={recommendation} measure={measure} />
      <div className="chips">
        <DecisionStatus recommendation={recommendation} />
        {recommendation.simulated && <SimulatedChip />}
        <EditedChip recommendation={recommendation} />
        <Sources count={recommendation.citations.length} />
        <DecisionButtons recommendation={recommendation} />
      </div>
    </Row>
  );
}

function Tick({ recommendation, selection }: { recommendation: Recommendation; selection: Selection }) {
  const { id } = recommendation;
  return (
    <label className="tick">
      <input
        type="checkbox"
        data-testid={`tick-${id}`}
        data-hotkey="x"
        aria-label={`Select: ${nameOf(recommendation)}`}
        checked={selection.has(id)}
        onChange={(event) => selection.set([id], event.target.checked)}
      />
    </label>
  );
}

function EditedChip({ recommendation }: { recommendation: Recommendation }) {
  const { username } = useUser();
  const { editedBy, editedAt, status } = recommendation;
  if (editedBy === null) return null;
  const others = status === "pending" && needsOtherEyes(recommendation, username);
  return <Chip title={formatDateTime(editedAt)}>{others ? "Edited by you: somebody else approves" : "Edited"}</Chip>;
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
