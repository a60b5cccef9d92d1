import { useState, type FormEvent } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import { Dialog } from "../../shared/Dialog";
import { useDecision, VERBS, type Verdict } from "./decisions";
import { NoteField } from "./NoteField";
import { ChangedMeanwhile, Refusal, TooLate } from "./Overtaking";
import { useSeen } from "./seen";
import { StepActions } from "./StepActions";
import { Subject } from "./Subject";

interface DecisionDialogProps {
  readonly recommendation: Recommendation;
  readonly verdict: Verdict;
  readonly onClose: () => void;
}

/** Asks for the note; the decision holds for the row as it was when the dialog opened. */
export function DecisionDialog({ recommendation, verdict, onClose }: DecisionDialogProps) {
  const [note, setNote] = useState("");
  const decision = useDecision();
  const seen = useSeen(recommendation, "pending");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const command = { seen: seen.row, verdict, note: note.trim() };
    decision.mutate(command, { onSuccess: onClose, onError: seen.follow });
  };
  return (
    <Dialog
      title={seen.tooLate ? "Already decided" : `${VERBS[verdict]} this recommendation?`}
      onClose={onClose}
      wide={seen.changed && !seen.tooLate}
    >
      <Subject recommendation={recommendation} />
      {seen.tooLate ? (
        <TooLate row={seen.row} onClose={onClose} />
      ) : (
        <form onSubmit={submit}>
          {seen.changed && <ChangedMeanwhile before={recommendation} now={seen.row} />}
          <NoteField note={note} onNote={setNote} />
          <Refusal error={decision.error} />
          <StepActions
            action={`${VERBS[verdict]}${seen.changed ? " as it is now" : ""}`}
            tone={verdict}
            testId="decision-confirm"
            pending={decision.isPending}
            onClose={onClose}
          />
        </form>
      )}
    </Dialog>
  );
}
