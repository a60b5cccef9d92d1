import { useTicking } from "../shared/clock";
import {
  describeActivity,
  describeConnection,
  overallState,
  STATE_NAMES,
  useStreamStatuses,
  type StreamStatus,
} from "./connections";

/** What the page may claim about its data, and each stream by itself on request. */
export function ConnectionStatus({ onWake }: { onWake: () => void }) {
  const statuses = useStreamStatuses();
  const state = overallState(statuses);
  const waits = state === "reconnecting" || state === "offline";
  return (
    <details className="popover connection" data-testid="connection-status" data-state={state}>
      <summary>
        <span className="dot" aria-hidden="true" />
        <span role="status">{STATE_NAMES[state]}</span>
      </summary>
      <div className="popover-body">
        <ul className="streams">
          {statuses.map((status) => (
            <StreamLine key={status.name} status={status} />
          ))}
        </ul>
        {waits && (
          <button type="button" className="button small" onClick={onWake}>
            Try now
          </button>
        )}
      </div>
    </details>
  );
}

function StreamLine({ status }: { status: StreamStatus }) {
  const text = useTicking((now) => describeConnection(status.connection, now));
  return (
    <li data-state={status.connection.state}>
      <span className="dot" aria-hidden="true" />
      <strong>{status.name}</strong>
      <span>{text}</span>
      <small className="muted">{describeActivity(status)}</small>
    </li>
  );
}
