import { createContext, use } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import type { Verdict } from "./api";

/** Opens the dialog that asks for the note and the confirmation. */
export type AskDecision = (recommendation: Recommendation, verdict: Verdict) => void;

export const DecidingContext = createContext<AskDecision>(() => {});

export const useAskDecision = (): AskDecision => use(DecidingContext);

const UNDO_SECONDS = 30;

/** 0 once it is too late, or when nothing was decided that could be undone. */
export function undoSecondsLeft({ status, decidedAt }: Recommendation, nowMs: number): number {
  if (decidedAt === null || (status !== "approved" && status !== "rejected")) return 0;
  const passedSeconds = Math.floor((nowMs - Date.parse(decidedAt)) / 1000);
  return Math.min(UNDO_SECONDS, Math.max(0, UNDO_SECONDS - passedSeconds));
}
