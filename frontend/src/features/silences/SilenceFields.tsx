import { serverNow } from "../../services/http";
import { SILENCE_KINDS, type SilenceKind } from "../../services/rows/silence";
import { localZone } from "../../shared/localTime";
import { DURATIONS, lasting, type Draft } from "./draft";

export interface FieldsProps {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}

export const KIND_NAMES: Readonly<Record<SilenceKind, string>> = {
  silence: "Silence",
  maintenance: "Maintenance",
};

export function KindField({ draft, onDraft }: FieldsProps) {
  return (
    <div className="field">
      <span id="silence-kind">Kind</span>
      <div className="segmented" role="group" aria-labelledby="silence-kind">
        {SILENCE_KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={draft.kind === kind}
            onClick={() => onDraft({ ...draft, kind })}
          >
            {KIND_NAMES[kind]}
          </button>
        ))}
      </div>
    </div>
  );
}

export function ReasonField({ draft, onDraft }: FieldsProps) {
  return (
    <label className="field">
      <span>Why</span>
      <input
        data-testid="silence-reason"
        maxLength={200}
        placeholder="Boiler service"
        value={draft.reason}
        onChange={(event) => onDraft({ ...draft, reason: event.target.value })}
      />
    </label>
  );
}

const SCOPE = [
  ["entity", "Entity"],
  ["entityType", "Entity type"],
  ["metric", "Metric"],
] as const;

export function ScopeFields({ draft, onDraft }: FieldsProps) {
  return (
    <>
      <div className="field-row">
        {SCOPE.map(([name, label]) => (
          <label key={name} className="field">
            <span>{label}</span>
            <input
              placeholder="any"
              disabled={draft.everything}
              value={draft[name]}
              onChange={(event) => onDraft({ ...draft, [name]: event.target.value })}
            />
          </label>
        ))}
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.everything}
          onChange={(event) => onDraft({ ...draft, everything: event.target.checked })}
        />
        Everything, whatever it is
      </label>
    </>
  );
}

export function TimeFields({ draft, onDraft }: FieldsProps) {
  return (
    <>
      <div className="field-row long">
        <TimeField label="From (empty: now)" value={draft.starts} onValue={(starts) => onDraft({ ...draft, starts })} />
        <TimeField label="Until" value={draft.ends} onValue={(ends) => onDraft({ ...draft, ends })} />
      </div>
      <div className="field-hints">
        {DURATIONS.map(([name, hours]) => (
          <button
            key={name}
            type="button"
            className="button small"
            onClick={() => onDraft(lasting(draft, hours, serverNow()))}
          >
            {name}
          </button>
        ))}
        <span className="muted">Times in {localZone()}</span>
      </div>
    </>
  );
}

interface TimeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function TimeField({ label, value, onValue }: TimeFieldProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input type="datetime-local" value={value} onChange={(event) => onValue(event.target.value)} />
    </label>
  );
}
