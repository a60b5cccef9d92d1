import { useState, type FormEvent } from "react";
import { RequestError } from "../../services/http";
import type { Recommendation } from "../../services/rows/recommendation";
import { Dialog } from "../../shared/Dialog";
import { useEdit, type Wording } from "./decisions";
import { EditFields } from "./EditFields";
import { Citations } from "./Citations";
import { ChangedMeanwhile, Refusal, TooLate } from "./Overtaking";
import { useSeen } from "./seen";
import { StepActions } from "./StepActions";
import { Subject } from "./Subject";

interface EditDialogProps {
  readonly recommendation: Recommendation;
  readonly onClose: () => void;
}

/** Rewords a recommendation that waits; what it says must stand in what it cites. */
export function EditDialog({ recommendation, onClose }: EditDialogProps) {
  const [edits, setEdits] = useState<Partial<Wording>>({});
  const saving = useEdit();
  const seen = useSeen(recommendation, "pending");
  const draft: Wording = { ...wordingOf(seen.row), ...edits };
  const wording = changed(seen.row, draft);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!wording) return onClose();
    saving.mutate({ seen: seen.row, wording }, { onSuccess: onClose, onError: seen.follow });
  };
  const problems = saving.error instanceof RequestError ? fieldProblems(saving.error) : {};
  return (
    <Dialog title="Edit this recommendation" onClose={onClose} wide>
      <Subject recommendation={recommendation} />
      {seen.tooLate ? (
        <TooLate row={seen.row} onClose={onClose} />
      ) : (
        <form onSubmit={submit} data-testid="edit-form" noValidate>
          {recommendation.fourEyes && (
            <p className="muted dialog-subject">Whoever edits it leaves the approval to somebody else.</p>
          )}
          {seen.changed && <ChangedMeanwhile before={recommendation} now={seen.row} />}
          <EditFields draft={draft} onEdit={(edit) => setEdits({ ...edits, ...edit })} problems={problems} />
          <details className="more-facts">
            <summary>What it cites: the numbers have to stand here</summary>
            <Citations citations={recommendation.citations} />
          </details>
          {Object.keys(problems).length === 0 && <Refusal error={saving.error} />}
          <StepActions
            action={seen.changed ? "Save mine over it" : "Save"}
            tone="primary"
            testId="edit-save"
            pending={saving.isPending}
            onClose={onClose}
          />
        </form>
      )}
    </Dialog>
  );
}

const wordingOf = ({ title, action, cost, feasibility }: Recommendation): Wording => ({
  title,
  action,
  cost,
  feasibility,
});

/** What differs from the row, null for nothing: a field that was not edited here is left to whoever changed it. */
function changed(row: Recommendation, draft: Wording): Partial<Wording> | null {
  const names = (Object.keys(draft) as (keyof Wording)[]).filter((name) => draft[name] !== row[name]);
  return names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, draft[name]]));
}

/** The messages by field; a text that the passages do not carry is told at the action unless the server says where. */
function fieldProblems({ code, errors, message }: RequestError): Readonly<Record<string, string>> {
  const told = Object.entries(errors).map(([field, messages]) => [field, [messages].flat().join(" ")]);
  if (told.length > 0) return Object.fromEntries(told);
  return code === "not_grounded" ? { action: message } : {};
}
