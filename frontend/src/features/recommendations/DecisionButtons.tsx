import type { Recommendation } from "../../services/rows/recommendation";
import { PERMISSIONS } from "../../services/session";
import { useTicking } from "../../shared/clock";
import { Icon, type IconName } from "../../shared/Icon";
import { useCan, useUser } from "../../shared/user";
import { nameOf, needsOtherEyes, undoSecondsLeft, useAskStep, type Step } from "./deciding";
import { useUndo } from "./decisions";

interface DecisionButtonsProps {
  readonly recommendation: Recommendation;
  /** With what there is room for in a card: editing. */
  readonly complete?: boolean;
}

/** What the reader may do next with it; nothing for those who may only look. */
export function DecisionButtons({ recommendation, complete = false }: DecisionButtonsProps) {
  const mayDecide = useCan(PERMISSIONS.decide);
  const mayEdit = useCan(PERMISSIONS.editRecommendation);
  const { status } = recommendation;
  return (
    <div className="row-actions always">
      {status === "pending" && mayEdit && complete && (
        <StepButton recommendation={recommendation} step="edit" text="Edit" icon="edit" />
      )}
      {status === "pending" && mayDecide && <Verdicts recommendation={recommendation} />}
      {mayDecide && <Undo recommendation={recommendation} />}
      {status === "approved" && mayDecide && (
        <StepButton recommendation={recommendation} step="implement" text="Mark implemented" icon="flag" />
      )}
    </div>
  );
}

function Verdicts({ recommendation }: { recommendation: Recommendation }) {
  const { username } = useUser();
  const others = needsOtherEyes(recommendation, username);
  return (
    <>
      <StepButton recommendation={recommendation} step="reject" text="Reject" icon="close" hotkey="r" />
      <StepButton
        recommendation={recommendation}
        step="approve"
        text="Approve"
        icon="check"
        hotkey="a"
        refusal={others ? "You edited this: somebody else has to approve." : undefined}
      />
    </>
  );
}

interface StepButtonProps {
  readonly recommendation: Recommendation;
  readonly step: Step;
  readonly text: string;
  readonly icon: IconName;
  readonly hotkey?: string;
  /** Why it cannot be done by this reader. */
  readonly refusal?: string | undefined;
}

function StepButton({ recommendation, step, text, icon, hotkey, refusal }: StepButtonProps) {
  const ask = useAskStep();
  return (
    <button
      type="button"
      className={`button small ${step}`}
      data-testid={step}
      data-hotkey={hotkey}
      aria-label={`${text}: ${nameOf(recommendation)}`}
      disabled={refusal !== undefined}
      title={refusal}
      onClick={() => ask(recommendation, step)}
    >
      <Icon name={icon} />
      {text}
    </button>
  );
}

function Undo({ recommendation }: { recommendation: Recommendation }) {
  const { username } = useUser();
  const undo = useUndo(recommendation);
  const secondsLeft = useTicking((now) => undoSecondsLeft(recommendation, now));
  if (secondsLeft === 0 || recommendation.decidedBy !== username) return null;
  return (
    <button
      type="button"
      className="button small"
      data-testid="undo"
      aria-label={`Undo: ${nameOf(recommendation)}`}
      disabled={undo.isPending}
      onClick={undo.run}
    >
      <Icon name="undo" />
      Undo <span>({secondsLeft} s)</span>
    </button>
  );
}
