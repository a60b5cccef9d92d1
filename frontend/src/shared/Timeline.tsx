import { formatCount, formatDateTime, humanize } from "./format";
import type { HistoryEntry, Rewording } from "./history";
import { Skeleton } from "./marks";

const SHOWN = 30;

interface TimelineProps {
  readonly entries: readonly HistoryEntry[] | undefined;
  readonly error: Error | null;
}

/** Who changed what, when, from where; the newest first. */
export function Timeline({ entries, error }: TimelineProps) {
  if (error) return <p role="alert">{error.message}</p>;
  if (!entries) return <Skeleton lines={3} />;
  if (entries.length === 0) return <p className="muted">No changes yet.</p>;
  return (
    <ol className="timeline">
      {entries.slice(0, SHOWN).map((entry, index) => (
        <Entry key={`${entry.at}-${index}`} entry={entry} />
      ))}
    </ol>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  return (
    <li>
      <div className="row-line">
        <strong>{entry.by || humanize(entry.via) || "Engine"}</strong>
        {entry.by && entry.via && <span className="muted">via {entry.via}</span>}
        <time className="age" dateTime={entry.at ?? undefined}>
          {formatDateTime(entry.at)}
        </time>
      </div>
      {entry.changes.length > 0 && <p className="muted">{entry.changes.join(" · ")}</p>}
      {entry.rewordings.map((reworded) => (
        <Reworded key={reworded.name} {...reworded} />
      ))}
      {entry.position !== null && (
        <p className="muted" title="Its place in the chain over every entry: none can be changed or taken out unseen">
          Entry {formatCount(entry.position)} of the chain
        </p>
      )}
    </li>
  );
}

function Reworded({ name, before, after }: Rewording) {
  return (
    <details className="reworded">
      <summary>The {name}, before and after</summary>
      <dl>
        <dt>Before</dt>
        <dd dir="auto">{before || "nothing"}</dd>
        <dt>After</dt>
        <dd dir="auto">{after || "nothing"}</dd>
      </dl>
    </details>
  );
}
