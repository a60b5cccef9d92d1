import { createContext, use } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import type { Verdict } from "./decisions";

/** What can be done with one recommendation in a dialog. */
export type Step = Verdict | "implement" | "edit";

/** Opens the dialog of a step, about the row as the reader sees it. */
export type AskStep = (recommendation: Recommendation, step: Step) => void;

export const DecidingContext = createContext<AskStep>(() => {});

export const useAskStep = (): AskStep => use(DecidingContext);

const UNDO_SECONDS = 30;

/** 0 once it is too late, or when nothing was decided that could be undone. */
export function undoSecondsLeft({ status, decidedAt }: Recommendation, nowMs: number): number {
  if (decidedAt === null || (status !== "approved" && status !== "rejected")) return 0;
  const passedSeconds = Math.floor((nowMs - Date.parse(decidedAt)) / 1000);
  return Math.min(UNDO_SECONDS, Math.max(0, UNDO_SECONDS - passedSeconds));
}

/** Four eyes: who edited it leaves the approval to somebody else. */
export const needsOtherEyes = ({ fourEyes, editedBy }: Recommendation, username: string): boolean =>
  fourEyes && editedBy === username;
