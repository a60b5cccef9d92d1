import { useEffect, useRef } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import { formatPlural } from "../../shared/format";
import type { BulkAsked } from "./BulkStep";
import { VERBS, type Verdict } from "./decisions";
import { selectable, type Selection } from "./selection";

interface BulkBarProps {
  readonly shown: readonly Recommendation[];
  readonly selection: Selection;
  readonly onAsk: (asked: BulkAsked) => void;
}

/** Ticks all that wait and are shown, and asks what is ticked; what is not shown is left alone. */
export function BulkBar({ shown, selection, onAsk }: BulkBarProps) {
  const open = selectable(shown);
  const rows = open.filter(({ id }) => selection.has(id));
  const ids = open.map(({ id }) => id);
  const ask = (verdict: Verdict) => onAsk({ verdict, rows });
  if (open.length === 0) return null;
  return (
    <div className="bulk-bar" role="group" aria-label="Decide several at once" data-testid="bulk-bar" tabIndex={-1}>
      <TickAll count={open.length} ticked={rows.length} onTick={(all) => selection.set(ids, all)} />
      <BulkButton verdict="reject" count={rows.length} onAsk={ask} />
      <BulkButton verdict="approve" count={rows.length} onAsk={ask} />
    </div>
  );
}

interface TickAllProps {
  readonly count: number;
  readonly ticked: number;
  readonly onTick: (all: boolean) => void;
}

function TickAll({ count, ticked, onTick }: TickAllProps) {
  const box = useRef<HTMLInputElement>(null);
  const some = ticked > 0 && ticked < count;
  useEffect(() => {
    if (box.current) box.current.indeterminate = some;
  }, [some]);
  return (
    <label className="check">
      <input
        ref={box}
        type="checkbox"
        data-testid="tick-all"
        checked={ticked === count}
        onChange={(event) => onTick(event.target.checked)}
      />
      {ticked === 0 ? `Select all ${count} shown` : `${formatPlural(ticked, "row")} selected`}
    </label>
  );
}

interface BulkButtonProps {
  readonly verdict: Verdict;
  readonly count: number;
  readonly onAsk: (verdict: Verdict) => void;
}

function BulkButton({ verdict, count, onAsk }: BulkButtonProps) {
  if (count === 0) return null;
  return (
    <button
      type="button"
      className={`button small ${verdict}`}
      data-testid={`bulk-${verdict}`}
      data-page-hotkey={VERBS[verdict].charAt(0)}
      onClick={() => onAsk(verdict)}
    >
      {VERBS[verdict]} {count}
    </button>
  );
}
