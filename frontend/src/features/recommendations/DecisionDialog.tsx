import { useState, type FormEvent } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import { Dialog } from "../../shared/Dialog";
import { formatDateTime } from "../../shared/format";
import { AlreadyDecided, useDecision, type Verdict } from "./api";

const NOTE_CHARACTERS = 2000;
const QUESTIONS: Readonly<Record<Verdict, string>> = {
  approve: "Approve this recommendation?",
  reject: "Reject this recommendation?",
};

interface DecisionDialogProps {
  readonly recommendation: Recommendation;
  readonly verdict: Verdict;
  readonly onClose: () => void;
}

export function DecisionDialog({ recommendation, verdict, onClose }: DecisionDialogProps) {
  const decision = useDecision(recommendation.id);
  const tooLate = decision.error instanceof AlreadyDecided;
  const confirm = (note: string) => decision.mutate({ verdict, note }, { onSuccess: onClose });
  return (
    <Dialog title={tooLate ? "Already decided" : QUESTIONS[verdict]} onClose={onClose}>
      <p className="dialog-subject">
        <strong>{recommendation.title}</strong>
        <span className="muted"> for {recommendation.entity}</span>
      </p>
      {decision.error instanceof AlreadyDecided ? (
        <TooLate error={decision.error} onClose={onClose} />
      ) : (
        <DecisionForm
          verdict={verdict}
          pending={decision.isPending}
          problem={decision.error?.message ?? null}
          onConfirm={confirm}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

interface DecisionFormProps {
  readonly verdict: Verdict;
  readonly pending: boolean;
  readonly problem: string | null;
  readonly onConfirm: (note: string) => void;
  readonly onClose: () => void;
}

function DecisionForm({ verdict, pending, problem, onConfirm, onClose }: DecisionFormProps) {
  const [note, setNote] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm(note.trim());
  };
  return (
    <form onSubmit={submit}>
      <label className="field">
        <span>Note (optional)</span>
        <textarea
          data-testid="decision-note"
          rows={3}
          maxLength={NOTE_CHARACTERS}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="submit"
          className={`button ${verdict}`}
          data-testid="decision-confirm"
          disabled={pending}
        >
          {verdict === "approve" ? "Approve" : "Reject"}
        </button>
      </div>
    </form>
  );
}

/** The first decision stands: says whose it is. */
function TooLate({ error, onClose }: { error: AlreadyDecided; onClose: () => void }) {
  const { status, decidedBy, decidedAt, note } = error.row;
  return (
    <>
      <div className="problem" role="alert" data-testid="already-decided">
        <p>
          <strong>Already {status}</strong>
          {decidedBy && ` by ${decidedBy}`}
          {decidedAt && `, ${formatDateTime(decidedAt)}`}.
        </p>
        {note && <p>“{note}”</p>}
        <p>Your decision was not recorded: the first one stands.</p>
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </>
  );
}
