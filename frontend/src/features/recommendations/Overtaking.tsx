import { useEffect, useRef } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import { formatDateTime } from "../../shared/format";
import { Overtaken } from "./decisions";
import { differences } from "./differences";

/** Why something was refused, in the server's words; a conflict is told by what changed. */
export function Refusal({ error }: { error: Error | null }) {
  if (!error || error instanceof Overtaken) return null;
  return (
    <p className="problem" role="alert">
      {error.message}
    </p>
  );
}

/**
 * What somebody else changed while a dialog was open; the next try is about the row as it is now. It takes the focus
 * from the button: a second press in haste must not decide about what nobody has read.
 */
export function ChangedMeanwhile({ before, now }: { before: Recommendation; now: Recommendation }) {
  const changed = differences(before, now);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), [now]);
  return (
    <div ref={place} className="problem" role="alert" tabIndex={-1} data-testid="changed-meanwhile">
      <p>
        <strong>It changed since you opened it, and nothing was done.</strong> Look at what is different, then decide
        about it as it is now.
      </p>
      {changed.length === 0 && <p>Nothing of what is shown here is different.</p>}
      {changed.length > 0 && (
        <ul className="changes">
          {changed.map(({ name, before: was, now: is }) => (
            <li key={name}>
              <strong>{name}</strong>
              <dl>
                <div>
                  <dt>When you opened it</dt>
                  <dd dir="auto">{was}</dd>
                </div>
                <div>
                  <dt>Now</dt>
                  <dd dir="auto">{is}</dd>
                </div>
              </dl>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface TooLateProps {
  readonly row: Recommendation;
  readonly onClose: () => void;
}

/** The first decision stands: says whose it is. */
export function TooLate({ row, onClose }: TooLateProps) {
  const { status, decidedBy, decidedAt, note } = row;
  return (
    <>
      <div className="problem" role="alert" data-testid="already-decided">
        <p>
          <strong>Already {status}</strong>
          {decidedBy && ` by ${decidedBy}`}
          {decidedAt && `, ${formatDateTime(decidedAt)}`}.
        </p>
        {note && <p dir="auto">“{note}”</p>}
        <p>What you did was not recorded: the first decision stands.</p>
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" autoFocus onClick={onClose}>
          Close
        </button>
      </div>
    </>
  );
}
