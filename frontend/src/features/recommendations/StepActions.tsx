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
      <button
        type="submit"
        className={`button ${tone}`}
        data-testid={testId}
        aria-disabled={pending || undefined} // one that is disabled would lose the focus
        onClick={(event) => {
          if (pending) event.preventDefault();
        }}
      >
        {action}
      </button>
    </div>
  );
}
