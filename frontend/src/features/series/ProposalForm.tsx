import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { PERIODS, type Period, type Series } from "../../services/rows/series";
import { formatNumber } from "../../shared/format";
import { MAX_THRESHOLD, parsePositive, type Proposal } from "./proposal";
import { PERIOD_NAMES } from "./SeriesFacts";

const SPANS = [30, 90] as const;
const HOURS = [1, 4, 24, 168] as const;

interface ProposalFormProps {
  readonly kind: Proposal["kind"];
  readonly series: Series;
  readonly days: number;
  /** Null while it is not complete. */
  readonly onProposal: (proposal: Proposal | null) => void;
  readonly onDays: (days: number) => void;
  readonly ready: boolean;
  readonly pending: boolean;
  readonly saveable: boolean;
  /** Whether the reader may save at all: trying needs less. */
  readonly maySave: boolean;
  readonly onTry: () => void;
  readonly onSave: () => void;
}

/** What is proposed, over which span it is tried, and the two buttons: first try, then save. */
export function ProposalForm(props: ProposalFormProps) {
  const { kind, days, onDays, ready, pending, saveable, maySave, onTry, onSave } = props;
  const Fields = FIELDS[kind];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onTry();
  };
  return (
    <form className="proposal" onSubmit={submit}>
      <div className="field-row">
        <Fields series={props.series} onProposal={props.onProposal} />
        <Labelled name="Tried on the last">
          <select value={days} onChange={(event) => onDays(Number(event.target.value))}>
            {SPANS.map((span) => (
              <option key={span} value={span}>
                {span} days
              </option>
            ))}
          </select>
        </Labelled>
      </div>
      <div className="actions">
        <button type="submit" className="button primary" data-testid="backtest" disabled={!ready || pending}>
          {pending ? `Replaying ${days} days…` : "What would this have changed?"}
        </button>
        {maySave && (
          <button
            type="button"
            className="button"
            data-testid="tuning-save"
            disabled={!saveable}
            title={saveable ? undefined : "Look at what it would have changed first"}
            onClick={onSave}
          >
            Save
          </button>
        )}
      </div>
    </form>
  );
}

interface FieldsProps {
  readonly series: Series;
  readonly onProposal: (proposal: Proposal | null) => void;
}

const FIELDS = { threshold: ThresholdFields, target: TargetFields, silence: SilenceFields } as const;

function ThresholdFields({ series, onProposal }: FieldsProps) {
  const [text, setText] = useState(shown(series.threshold ?? series.effectiveThreshold));
  const threshold = parsePositive(text, MAX_THRESHOLD);
  const cleared = text.trim() === "";
  useEffect(() => {
    onProposal(threshold !== null || cleared ? { kind: "threshold", threshold } : null);
  }, [threshold, cleared, onProposal]);
  return (
    <NumberField
      name="Score from which a reading opens a hotspot"
      testId="threshold"
      most={MAX_THRESHOLD}
      placeholder="the general one"
      hint="Higher finds less. 0.168 is usual, 0.21 strict; empty takes the general one."
      text={text}
      onText={setText}
    />
  );
}

function TargetFields({ series, onProposal }: FieldsProps) {
  const [period, setPeriod] = useState<Period>(PERIODS.find((known) => known in series.targets) ?? "reading");
  const [text, setText] = useState(shown(series.targets[period] ?? null));
  const value = parsePositive(text);
  const removes = text.trim() === "" && period in series.targets;
  useEffect(() => {
    onProposal(value !== null || removes ? { kind: "target", period, value } : null);
  }, [value, removes, period, onProposal]);
  const choose = (next: Period) => {
    setPeriod(next);
    setText(shown(series.targets[next] ?? null));
  };
  return (
    <>
      <Labelled name="Target for">
        <select data-testid="target-period" value={period} onChange={(event) => choose(event.target.value as Period)}>
          {PERIODS.map((known) => (
            <option key={known} value={known}>
              {PERIOD_NAMES[known]}
            </option>
          ))}
        </select>
      </Labelled>
      <NumberField
        name={`Stay below${series.unit ? ` (${series.unit})` : ""}`}
        testId="target-value"
        placeholder="no target"
        hint={period in series.targets ? "Empty takes the target away." : "A hotspot opens at 80 % of it."}
        text={text}
        onText={setText}
      />
    </>
  );
}

function SilenceFields({ onProposal }: FieldsProps) {
  const [hours, setHours] = useState<number>(24);
  const [reason, setReason] = useState("");
  useEffect(() => {
    onProposal(reason.trim() ? { kind: "silence", hours, reason } : null);
  }, [hours, reason, onProposal]);
  return (
    <>
      <Labelled name="Silence it for">
        <select value={hours} onChange={(event) => setHours(Number(event.target.value))}>
          {HOURS.map((count) => (
            <option key={count} value={count}>
              {count < 48 ? `${count} h` : `${count / 24} days`}
            </option>
          ))}
        </select>
      </Labelled>
      <Labelled name="Why" hint={`Tried as if it had held over the last ${hours} h of readings.`}>
        <input
          data-testid="silence-why"
          maxLength={200}
          placeholder="Boiler service"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Labelled>
    </>
  );
}

/** As it is typed: without grouping. */
const shown = (value: number | null): string => (value === null ? "" : formatNumber(value).replaceAll(",", ""));

interface NumberFieldProps {
  readonly name: string;
  readonly testId: string;
  readonly most?: number;
  readonly placeholder: string;
  readonly hint: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

function NumberField({ name, testId, most = Number.MAX_VALUE, placeholder, hint, text, onText }: NumberFieldProps) {
  const bad = text.trim() !== "" && parsePositive(text, most) === null;
  const limit = most < Number.MAX_VALUE ? ` and at most ${most}` : "";
  return (
    <Labelled name={name} hint={bad ? `Give a number above 0${limit}.` : hint}>
      <input
        data-testid={testId}
        inputMode="decimal"
        placeholder={placeholder}
        aria-invalid={bad || undefined}
        value={text}
        onChange={(event) => onText(event.target.value)}
      />
    </Labelled>
  );
}

function Labelled({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <label className="field">
      <span>{name}</span>
      {children}
      {hint && <small className="muted">{hint}</small>}
    </label>
  );
}
