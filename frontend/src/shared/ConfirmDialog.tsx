import type { ReactNode } from "react";
import { Dialog } from "./Dialog";

interface ConfirmDialogProps {
  readonly title: string;
  /** The verb on the button. */
  readonly action: string;
  readonly tone?: "primary" | "reject";
  readonly pending: boolean;
  readonly error: Error | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Says what will happen before it does. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, action, tone = "primary", pending, error, onConfirm, onClose, children } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="dialog-text">{children}</div>
      {error && <p className="problem" role="alert">{error.message}</p>}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className={`button ${tone}`}
          data-testid="confirm"
          disabled={pending}
          onClick={onConfirm}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
