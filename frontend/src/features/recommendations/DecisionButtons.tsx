import type { Recommendation } from "../../services/rows/recommendation";
import { PERMISSIONS } from "../../services/session";
import { useTicking } from "../../shared/clock";
import { Icon } from "../../shared/Icon";
import { useCan, useUser } from "../../shared/user";
import { useUndo } from "./api";
import { undoSecondsLeft, useAskDecision } from "./deciding";

/** Approve and reject while it is pending; undo for a while for who has just decided. */
export function DecisionButtons({ recommendation }: { recommendation: Recommendation }) {
  const allowed = useCan(PERMISSIONS.decide);
  const ask = useAskDecision();
  if (!allowed) return null;
  if (recommendation.status !== "pending") return <Undo recommendation={recommendation} />;
  return (
    <div className="row-actions always">
      <button
        type="button"
        className="button small"
        data-testid="reject"
        data-hotkey="r"
        onClick={() => ask(recommendation, "reject")}
      >
        <Icon name="close" />
        Reject
      </button>
      <button
        type="button"
        className="button small approve"
        data-testid="approve"
        data-hotkey="a"
        onClick={() => ask(recommendation, "approve")}
      >
        <Icon name="check" />
        Approve
      </button>
    </div>
  );
}

function Undo({ recommendation }: { recommendation: Recommendation }) {
  const { username } = useUser();
  const undo = useUndo(recommendation.id);
  const secondsLeft = useTicking((now) => undoSecondsLeft(recommendation, now));
  if (secondsLeft === 0 || recommendation.decidedBy !== username) return null;
  return (
    <div className="row-actions always">
      <button
        type="button"
        className="button small"
        data-testid="undo"
        disabled={undo.isPending}
        onClick={() => undo.mutate()}
      >
        <Icon name="undo" />
        Undo <span aria-hidden="true">({secondsLeft} s)</span>
      </button>
    </div>
  );
}
