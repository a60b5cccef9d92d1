import { useState } from "react";
import type { Recommendation, RecommendationStatus } from "../../services/rows/recommendation";
import { Overtaken } from "./decisions";

/** The row that the reader of a dialog decides about. */
export interface Seen {
  readonly row: Recommendation;
  /** Somebody changed it since the dialog opened, and the reader has been told. */
  readonly changed: boolean;
  /** It is over: the step cannot be taken any more. */
  readonly tooLate: boolean;
  readonly follow: (error: Error) => void;
}

/** The row as it was when the dialog opened; after a conflict as somebody else left it. */
export function useSeen(opened: Recommendation, needed: RecommendationStatus): Seen {
  const [row, setRow] = useState(opened);
  const changed = row !== opened;
  return {
    row,
    changed,
    tooLate: changed && row.status !== needed,
    follow: (error) => {
      if (error instanceof Overtaken) setRow(error.row);
    },
  };
}
