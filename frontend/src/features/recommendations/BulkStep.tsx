import { lazy, Suspense } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import type { Verdict } from "./decisions";
import type { Selection } from "./selection";

const BulkDialog = lazy(async () => ({ default: (await import("./BulkDialog")).BulkDialog }));

/** What somebody wants to do with the rows that were ticked, as they were then. */
export interface BulkAsked {
  readonly verdict: Verdict;
  readonly rows: readonly Recommendation[];
}

interface BulkStepProps {
  readonly asked: BulkAsked;
  readonly selection: Selection;
  readonly onClose: () => void;
}

/** The dialog about many; it stands beside the pane, whose rows may all go while it is open. */
export function BulkStep({ asked, selection, onClose }: BulkStepProps) {
  return (
    <Suspense>
      <BulkDialog {...asked} onDecided={(decided) => selection.set(decided, false)} onClose={onClose} />
    </Suspense>
  );
}
