import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import { formatPlural } from "../../shared/format";
import type { Verdict } from "./decisions";
import { selectable, type Selection } from "./selection";

const BulkDialog = lazy(async () => ({ default: (await import("./BulkDialog")).BulkDialog }));

interface BulkBarProps {
  readonly shown: readonly Recommendation[];
  readonly selection: Selection;
}

interface Asked {
  readonly verdict: Verdict;
  readonly rows: readonly Recommendation[];
}

/** Ticks all that wait and are shown, and decides what is ticked; what is not shown is left alone. */
export function BulkBar({ shown, selection }: BulkBarProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const bar = useRef<HTMLDivElement>(null);
  const open = selectable(shown);
  const ticked = open.filter(({ id }) => selection.has(id));
  const ids = open.map(({ id }) => id);
  const ask = (verdict: Verdict) => setAsked({ verdict, rows: ticked });
  if (open.length === 0 && !asked) return null;
  return (
    <div
      ref={bar}
      className="bulk-bar"
      role="group"
      aria-label="Decide several at once"
      data-testid="bulk-bar"
      tabIndex={-1}
    >
      {open.length > 0 && (
        <TickAll
          count={open.length}
          ticked={ticked.length}
          onTick={(all) => selection.set(ids, all)}
        />
      )}
      <BulkButton verdict="reject" count={ticked.length} onAsk={ask} />
      <BulkButton verdict="approve" count={ticked.length} onAsk={ask} />
      {asked && (
        <Suspense>
          <BulkDialog
            {...asked}
            onDecided={(decided) => selection.set(decided, false)}
            onClose={() => {
              setAsked(null);
              bar.current?.focus(); // the button that opened it may be gone
            }}
          />
        </Suspense>
      )}
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

const VERBS: Readonly<Record<Verdict, string>> = { approve: "Approve", reject: "Reject" };

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
