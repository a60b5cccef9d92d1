import { useState, type ReactNode } from "react";
import { humanize } from "./format";
import { Notice, Skeleton } from "./marks";
import { useParam } from "./urlState";

/** At most this many rows are in the document until the reader asks for more. */
const WINDOW = 60;

export interface PaneProps<Item> {
  readonly name: "hotspots" | "alerts" | "recommendations";
  readonly title: string;
  /** Rows after filtering, in order. */
  readonly items: readonly Item[];
  /** How many rows there are before filtering. */
  readonly total: number;
  readonly statuses: readonly string[];
  readonly loaded: boolean;
  readonly problem: string | null;
  readonly unreadable: number;
  readonly more: boolean;
  readonly empty: string;
  readonly onRetry: () => void;
  readonly renderRow: (item: Item) => ReactNode;
  /** What stands above the rows and is about those that are shown. */
  readonly renderBar?: (shown: readonly Item[]) => ReactNode;
}

export function Pane<Item>(props: PaneProps<Item>) {
  return (
    <section
      className="pane"
      data-testid={`pane-${props.name}`}
      data-pane={props.name}
      aria-labelledby={`title-${props.name}`}
    >
      <PaneHeader {...props} />
      <div className="pane-body" tabIndex={-1}>
        <PaneBody {...props} />
      </div>
    </section>
  );
}

function PaneHeader<Item>({ name, title, items, total, statuses, loaded }: PaneProps<Item>) {
  const count = items.length === total ? `${total}` : `${items.length} of ${total}`;
  return (
    <header className="pane-header">
      <h2 id={`title-${name}`}>{title}</h2>
      {loaded && <span className="count">{count}</span>}
      <StatusFilter pane={name} title={title} statuses={statuses} />
    </header>
  );
}

interface StatusFilterProps {
  readonly pane: string;
  readonly title: string;
  readonly statuses: readonly string[];
}

function StatusFilter({ pane, title, statuses }: StatusFilterProps) {
  const [status, setStatus] = useParam(`${pane}_status`);
  return (
    <select
      className="quiet-select"
      aria-label={`Status of ${title.toLowerCase()}`}
      value={statuses.includes(status) ? status : ""}
      onChange={(event) => setStatus(event.target.value)}
    >
      <option value="">All statuses</option>
      {statuses.map((known) => (
        <option key={known} value={known}>
          {humanize(known)}
        </option>
      ))}
    </select>
  );
}

function PaneBody<Item>(props: PaneProps<Item>) {
  const [shown, setShown] = useState(WINDOW);
  const { items } = props;
  if (!props.loaded) return props.problem ? <Failure {...props} /> : <Skeleton lines={7} />;
  if (items.length === 0) return <Empty {...props} />;
  const inView = items.slice(0, shown);
  return (
    <>
      {props.renderBar?.(inView)}
      <ul className="rows">{inView.map(props.renderRow)}</ul>
      {items.length > shown && (
        <button type="button" className="more" onClick={() => setShown(shown + WINDOW)}>
          Show {Math.min(WINDOW, items.length - shown)} more
        </button>
      )}
      {items.length <= shown && props.more && (
        <p className="more">Older ones are in the back office.</p>
      )}
      {props.unreadable > 0 && (
        <p className="more" role="status">
          {props.unreadable} could not be read and are not shown.
        </p>
      )}
    </>
  );
}

function Failure<Item>({ title, problem, onRetry }: PaneProps<Item>) {
  return (
    <Notice title={`${title} could not be loaded`}>
      <p role="alert">{problem}</p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </Notice>
  );
}

function Empty<Item>({ title, total, empty }: PaneProps<Item>) {
  if (total > 0) {
    return (
      <Notice title="Nothing matches">
        <p>The filters hide all {total} {title.toLowerCase()}.</p>
      </Notice>
    );
  }
  return (
    <Notice title={`No ${title.toLowerCase()}`}>
      <p>{empty}</p>
    </Notice>
  );
}
