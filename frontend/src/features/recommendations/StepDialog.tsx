import { lazy, Suspense } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import type { Step } from "./deciding";
import { DecisionDialog } from "./DecisionDialog";

const EditDialog = lazy(async () => ({ default: (await import("./EditDialog")).EditDialog }));
const ImplementDialog = lazy(async () => ({ default: (await import("./ImplementDialog")).ImplementDialog }));

export interface StepDialogProps {
  readonly recommendation: Recommendation;
  readonly step: Step;
  readonly onClose: () => void;
}

/** The dialog of a step; those that few people open come when they are. */
export function StepDialog({ recommendation, step, onClose }: StepDialogProps) {
  if (step === "approve" || step === "reject") {
    return <DecisionDialog recommendation={recommendation} verdict={step} onClose={onClose} />;
  }
  const Asked = step === "edit" ? EditDialog : ImplementDialog;
  return (
    <Suspense>
      <Asked recommendation={recommendation} onClose={onClose} />
    </Suspense>
  );
}
