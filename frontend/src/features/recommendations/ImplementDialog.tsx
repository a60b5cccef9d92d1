import { useState, type FormEvent } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import { Dialog } from "../../shared/Dialog";
import { parseFinite } from "../../shared/numberField";
import { useMeasureOf } from "./api";
import { useImplement } from "./decisions";
import { formatAmount, questionOf, unitOf, type Measure } from "./measure";
import { ChangedMeanwhile, Refusal, TooLate } from "./Overtaking";
import { useSeen } from "./seen";
import { StepActions } from "./StepActions";
import { Subject } from "./Subject";

interface ImplementDialogProps {
  readonly recommendation: Recommendation;
  readonly onClose: () => void;
}

/** Asks what a measure has brought; that nobody measured it is an answer too. */
export function ImplementDialog({ recommendation, onClose }: ImplementDialogProps) {
  const [measured, setMeasured] = useState(true);
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const implementation = useImplement();
  const seen = useSeen(recommendation, "approved");
  const realised = measured ? parseFinite(text) : null;
  const missing = measured && realised === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing) return;
    implementation.mutate({ seen: seen.row, realised }, { onSuccess: onClose, onError: seen.follow });
  };
  return (
    <Dialog title="Mark as implemented?" onClose={onClose}>
      <Subject recommendation={recommendation} />
      {seen.tooLate ? (
        <TooLate row={seen.row} onClose={onClose} />
      ) : (
        <form onSubmit={submit} data-testid="implement-form" noValidate>
          {seen.changed && <ChangedMeanwhile before={recommendation} now={seen.row} />}
          <MeasuredChoice measured={measured} onMeasured={setMeasured} />
          {measured && (
            <ReductionField
              recommendation={seen.row}
              text={text}
              onText={setText}
              problem={tried && missing ? "Give a number without separators of thousands, or choose “Not measured”." : ""}
            />
          )}
          <Refusal error={implementation.error} />
          <StepActions
            action="Mark implemented"
            tone="approve"
            testId="implement-confirm"
            pending={implementation.isPending}
            onClose={onClose}
          />
        </form>
      )}
    </Dialog>
  );
}

interface MeasuredChoiceProps {
  readonly measured: boolean;
  readonly onMeasured: (measured: boolean) => void;
}

function MeasuredChoice({ measured, onMeasured }: MeasuredChoiceProps) {
  const choice = (value: boolean, text: string) => (
    <label className="check">
      <input type="radio" name="measured" checked={measured === value} onChange={() => onMeasured(value)} />
      {text}
    </label>
  );
  return (
    <fieldset className="field choices">
      <legend>What did it bring?</legend>
      {choice(true, "It was measured")}
      {choice(false, "Not measured")}
    </fieldset>
  );
}

interface ReductionFieldProps {
  readonly recommendation: Recommendation;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly problem: string;
}

function ReductionField({ recommendation, text, onText, problem }: ReductionFieldProps) {
  const measure = useMeasureOf(recommendation);
  return (
    <label className="field">
      <span>Measured reduction{measure && ` (${unitOf(measure)})`}</span>
      <input
        data-testid="realised"
        inputMode="decimal"
        aria-invalid={problem !== "" || undefined}
        aria-describedby="realised-hint"
        value={text}
        onChange={(event) => onText(event.target.value)}
      />
      <small id="realised-hint" className={problem ? "field-problem" : "muted"} role={problem ? "alert" : undefined}>
        {problem || hint(recommendation, measure)}
      </small>
    </label>
  );
}

function hint({ predictedReduction: predicted }: Recommendation, measure: Measure | undefined): string {
  const foretold = predicted === null ? "No amount was predicted." : `Predicted: ${formatAmount(predicted, measure)}.`;
  return [measure && questionOf(measure), foretold, "Below zero if it got worse."].filter(Boolean).join(" ");
}
