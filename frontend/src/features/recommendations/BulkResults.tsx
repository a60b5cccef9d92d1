import { serverNow } from "../../services/http";
import type { Recommendation } from "../../services/rows/recommendation";
import { useTicking } from "../../shared/clock";
import { StatusChip } from "../../shared/marks";
import { useStream, useStreams } from "../../shared/streams";
import { useUser } from "../../shared/user";
import type { Outcome, useBulk } from "./bulk";
import { undo, type Verdict } from "./decisions";
import { undoSecondsLeft } from "./deciding";

interface BulkResultsProps {
  readonly verdict: Verdict;
  readonly rows: readonly Recommendation[];
  readonly bulk: ReturnType<typeof useBulk>;
  readonly onAgain: (rows: readonly Recommendation[]) => void;
  readonly onClose: () => void;
}

const DONE: Readonly<Record<Verdict, string>> = { approve: "approved", reject: "rejected" };

/** One line for each row: whether it was done, and if not, why. */
export function BulkResults({ verdict, rows, bulk, onAgain, onClose }: BulkResultsProps) {
  const { outcomes, running } = bulk;
  const unsure = rows.filter(({ id }) => outcomes.get(id)?.again);
  return (
    <>
      <p className="dialog-subject" role="status" data-testid="bulk-summary">
        {running ? "Working…" : summary(verdict, [...outcomes.values()])}
      </p>
      <div className="table-scroll bulk-results" role="region" aria-label="Results" tabIndex={0}>
        <table className="table" data-testid="bulk-results">
          <thead>
            <tr>
              <th scope="col">Recommendation</th>
              <th scope="col">Now</th>
              <th scope="col">What became of it</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <ResultRow key={row.id} row={row} outcome={outcomes.get(row.id)} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="dialog-actions">
        <UndoAll bulk={bulk} />
        {unsure.length > 0 && !running && (
          <button type="button" className="button" data-testid="bulk-again" onClick={() => onAgain(unsure)}>
            Try {unsure.length} again
          </button>
        )}
        <button type="button" className="button primary" onClick={onClose}>
          Close
        </button>
      </div>
    </>
  );
}

/** Its status is the live one; the words are the answer to what was asked. */
function ResultRow({ row, outcome }: { row: Recommendation; outcome: Outcome | undefined }) {
  const live = useStream(useStreams().recommendations).rows.get(row.id);
  const now = live ?? outcome?.row ?? row;
  return (
    <tr data-testid={`bulk-result-${row.id}`} data-ok={outcome?.ok}>
      <th scope="row">
        <span dir="auto">{row.title}</span>{" "}
        <span className="muted">
          for <bdi>{row.entity}</bdi>
        </span>
      </th>
      <td>
        <StatusChip status={now.status} />
      </td>
      <td className={outcome && !outcome.ok ? "refused" : undefined}>{words(outcome)}</td>
    </tr>
  );
}

function words(outcome: Outcome | undefined): string {
  if (!outcome) return "Waiting…";
  if (!outcome.ok) return `${outcome.again ? "Not known" : "Refused"}: ${outcome.refusal}`;
  return outcome.row.status === "pending" ? "Taken back" : "Done";
}

function summary(verdict: Verdict, outcomes: readonly Outcome[]): string {
  const count = (fits: (outcome: Outcome) => boolean) => outcomes.filter(fits).length;
  const parts = [
    [count(({ ok, row }) => ok && row.status !== "pending"), DONE[verdict]],
    [count(({ ok, row }) => ok && row.status === "pending"), "taken back"],
    [count(({ ok, again }) => !ok && !again), "refused"],
    [count(({ again }) => again), "not known"],
  ] as const;
  return `${parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`).join(", ")}.`;
}

/** Takes back what was just decided here, as long as that is possible. */
function UndoAll({ bulk }: { bulk: BulkResultsProps["bulk"] }) {
  const { username } = useUser();
  const live = useStream(useStreams().recommendations).rows;
  const mine = [...bulk.outcomes.values()]
    .filter(({ ok, row }) => ok && row.decidedBy === username)
    .map(({ row }) => live.get(row.id) ?? row)
    .filter((row) => row.decidedBy === username);
  const secondsLeft = useTicking((now) => Math.min(...mine.map((row) => undoSecondsLeft(row, now)), Infinity));
  const possible = mine.filter((row) => undoSecondsLeft(row, serverNow()) > 0);
  if (possible.length === 0) return null;
  return (
    <button
      type="button"
      className="button"
      data-testid="bulk-undo"
      disabled={bulk.running}
      onClick={() => void bulk.run(possible, undo)}
    >
      Undo {possible.length} <span aria-hidden="true">({secondsLeft} s)</span>
    </button>
  );
}
