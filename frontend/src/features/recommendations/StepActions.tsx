interface StepActionsProps {
  /** The verb on the button that sends the form. */
  readonly action: string;
  readonly tone: "approve" | "reject" | "primary";
  readonly testId: string;
  readonly pending: boolean;
  readonly onClose: () => void;
}

/** The end of a form: leave it, or send it. */
export function StepActions({ action, tone, testId, pending, onClose }: StepActionsProps) {
  return (
    <div className="dialog-actions">
      <button type="button" className="button" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className={`button ${tone}`} data-testid={testId} disabled={pending}>
        {action}
      </button>
    </div>
  );
}
