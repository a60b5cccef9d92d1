import { useEffect, useRef, useState, type FormEvent } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import { Dialog } from "../../shared/Dialog";
import { formatPlural } from "../../shared/format";
import { ProgressBar } from "../../shared/ProgressBar";
import { showToast } from "../../shared/toasts";
import { isDecided, summary } from "./bulk";
import { BulkResults } from "./BulkResults";
import { VERBS, type Verdict } from "./decisions";
import { NoteField } from "./NoteField";
import { StepActions } from "./StepActions";
import { NameOf } from "./Subject";
import { useBulk } from "./useBulk";

interface BulkDialogProps {
  readonly verdict: Verdict;
  /** As they were when the dialog was asked for. */
  readonly rows: readonly Recommendation[];
  readonly onDecided: (ids: readonly number[]) => void;
  readonly onClose: () => void;
}

/** One note for many decisions, then what became of each. */
export function BulkDialog({ verdict, rows, onDecided, onClose }: BulkDialogProps) {
  const [note, setNote] = useState("");
  const bulk = useBulk();
  const isOpen = useIsOpen();
  const started = bulk.running || bulk.outcomes.size > 0;
  const count = formatPlural(rows.length, "recommendation");
  const run = async (some: readonly Recommendation[]) => {
    const outcomes = await bulk.decide(some, verdict, note.trim());
    onDecided(outcomes.filter(isDecided).map(({ row }) => row.id));
    if (!isOpen.current) tellWhoLeft(summary(verdict, outcomes), outcomes.every(isDecided));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(rows);
  };
  return (
    <Dialog title={started ? `${VERBS[verdict]}: ${count}` : `${VERBS[verdict]} ${count}?`} onClose={onClose} wide>
      {started ? (
        <>
          {bulk.running && <ProgressBar label="Progress" share={bulk.share} />}
          <BulkResults verdict={verdict} rows={rows} bulk={bulk} onAgain={(some) => void run(some)} onClose={onClose} />
        </>
      ) : (
        <form onSubmit={submit}>
          <Selected rows={rows} />
          <NoteField note={note} onNote={setNote} />
          <StepActions
            action={`${VERBS[verdict]} ${rows.length}`}
            tone={verdict}
            testId="bulk-confirm"
            pending={false}
            onClose={onClose}
          />
        </form>
      )}
    </Dialog>
  );
}

function Selected({ rows }: { rows: readonly Recommendation[] }) {
  return (
    <ul className="bulk-list" tabIndex={0} aria-label="What is selected">
      {rows.map((row) => (
        <li key={row.id}>
          <NameOf recommendation={row} />
        </li>
      ))}
    </ul>
  );
}

function useIsOpen() {
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  return open;
}

/** Who closed the dialog meanwhile hears of the end of it. */
function tellWhoLeft(text: string, complete: boolean): void {
  showToast({ key: "bulk", kind: complete ? "success" : "error", title: "Decided several", text });
}
