import { useEffect, useRef } from "react";
import { serverNow } from "../../services/http";
import type { Recommendation } from "../../services/rows/recommendation";
import { useTicking } from "../../shared/clock";
import { StatusChip } from "../../shared/marks";
import { useStream, useStreams } from "../../shared/streams";
import { useUser } from "../../shared/user";
import { isDecided, settled, summary, type Outcome } from "./bulk";
import type { Verdict } from "./decisions";
import { undoSecondsLeft } from "./deciding";
import { NameOf } from "./Subject";
import type { useBulk } from "./useBulk";

type Bulk = ReturnType<typeof useBulk>;

interface BulkResultsProps {
  readonly verdict: Verdict;
  readonly rows: readonly Recommendation[];
  readonly bulk: Bulk;
  readonly onAgain: (rows: readonly Recommendation[]) => void;
  readonly onClose: () => void;
}

/** One line for each row: whether it was done, and if not, why. */
export function BulkResults({ verdict, rows, bulk, onAgain, onClose }: BulkResultsProps) {
  const outcomes = useSettled(bulk, verdict);
  const open = rows.filter(({ id }) => isOpen(outcomes.get(id)));
  return (
    <>
      <Said text={bulk.running ? "Working…" : summary(verdict, [...outcomes.values()])} />
      <ul className="bulk-list" tabIndex={0} aria-label="What became of each">
        {rows.map((row) => (
          <ResultRow key={row.id} row={row} outcome={outcomes.get(row.id)} />
        ))}
      </ul>
      <div className="dialog-actions">
        <UndoAll bulk={bulk} outcomes={[...outcomes.values()]} />
        {open.length > 0 && !bulk.running && (
          <button type="button" className="button" data-testid="bulk-again" onClick={() => onAgain(open)}>
            Try {open.length} again
          </button>
        )}
        <button type="button" className="button primary" onClick={onClose}>
          Close
        </button>
      </div>
    </>
  );
}

/** The outcomes with the rows as they are on every screen now. */
function useSettled({ outcomes }: Bulk, verdict: Verdict): ReadonlyMap<number, Outcome> {
  const { username } = useUser();
  const live = useStream(useStreams().recommendations).rows;
  const now = (row: Recommendation) => live.get(row.id) ?? row;
  return new Map([...outcomes].map(([id, outcome]) => [id, settled(outcome, now(outcome.row), verdict, username)]));
}

/** The decision may be sent again: nothing was done, or nobody knows. */
const isOpen = (outcome: Outcome | undefined): boolean =>
  outcome?.asked === "decision" && (outcome.result === "unsent" || outcome.result === "unknown");

/** How it stands; it takes the focus when the button that started something goes. */
function Said({ text }: { text: string }) {
  const place = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) place.current?.focus();
  }, [text]);
  return (
    <p ref={place} className="dialog-subject" role="status" tabIndex={-1} data-testid="bulk-summary">
      {text}
    </p>
  );
}

/** Its status is the live one; the words are the answer to what was asked. */
function ResultRow({ row, outcome }: { row: Recommendation; outcome: Outcome | undefined }) {
  return (
    <li className="bulk-result" data-testid={`bulk-result-${row.id}`}>
      <NameOf recommendation={row} />
      <StatusChip status={(outcome?.row ?? row).status} />
      <p className={outcome && outcome.result !== "done" ? "refused" : "muted"}>{words(outcome)}</p>
    </li>
  );
}

const FAILED = { refused: "Refused", unsent: "Not done", unknown: "Not known" } as const;

function words(outcome: Outcome | undefined): string {
  if (!outcome) return "Waiting…";
  if (outcome.result !== "done") return `${FAILED[outcome.result]}: ${outcome.refusal}`;
  return outcome.asked === "undo" ? "Taken back" : "Done";
}

/** Takes back what was just decided here, as long as that is possible. */
function UndoAll({ bulk, outcomes }: { bulk: Bulk; outcomes: readonly Outcome[] }) {
  const { username } = useUser();
  const mine = outcomes
    .filter((outcome) => isDecided(outcome) || outcome.asked === "undo")
    .map(({ row }) => row)
    .filter((row) => row.decidedBy === username);
  const waiting = (nowMs: number) => mine.filter((row) => undoSecondsLeft(row, nowMs) > 0);
  const count = useTicking((nowMs) => waiting(nowMs).length);
  const seconds = useTicking((nowMs) => Math.min(...waiting(nowMs).map((row) => undoSecondsLeft(row, nowMs))));
  if (count === 0) return null;
  return (
    <button
      type="button"
      className="button"
      data-testid="bulk-undo"
      disabled={bulk.running}
      onClick={() => void bulk.undo(waiting(serverNow()))}
    >
      Undo {count} <span aria-hidden="true">({seconds} s)</span>
    </button>
  );
}
