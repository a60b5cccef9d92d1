import { useState, type FormEvent } from "react";
import { serverNow } from "../../services/http";
import { Dialog } from "../../shared/Dialog";
import { showToast } from "../../shared/toasts";
import { useCreateSilence } from "./api";
import { finished, newDraft, problemOf, type Scope } from "./draft";
import { KindField, ReasonField, ScopeFields, TimeFields } from "./SilenceFields";

interface SilenceDialogProps {
  /** What it begins with, from a hotspot. */
  readonly scope?: Scope;
  readonly onClose: () => void;
}

/** Asks what to silence, why and until when. */
export function SilenceDialog({ scope, onClose }: SilenceDialogProps) {
  const [draft, setDraft] = useState(() => newDraft(serverNow(), scope));
  const [tried, setTried] = useState(false);
  const creation = useCreateSilence();
  const problem = problemOf(draft, serverNow());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!problem) creation.mutate(finished(draft), { onSuccess: () => close(onClose) });
  };
  const said = (tried && problem) || creation.error?.message;
  const fields = { draft, onDraft: setDraft };
  return (
    <Dialog title="New silence" onClose={onClose}>
      <form data-testid="silence-form" onSubmit={submit}>
        <p className="muted dialog-subject">
          What it covers is still measured, stored and shown. It only stops asking for attention.
        </p>
        <KindField {...fields} />
        <ReasonField {...fields} />
        <ScopeFields {...fields} />
        <TimeFields {...fields} />
        {said && <p className="problem" role="alert">{said}</p>}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" data-testid="silence-save" disabled={creation.isPending}>
            Silence
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function close(onClose: () => void): void {
  showToast({ key: "silence", kind: "success", title: "Silenced", text: "You can end it early at any time." });
  onClose();
}
