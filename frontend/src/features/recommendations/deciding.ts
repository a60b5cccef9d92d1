import { createContext, use } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import type { Verdict } from "./decisions";

/** What can be done with one recommendation in a dialog. */
export type Step = Verdict | "implement" | "edit";

/** Opens the dialog of a step, about the row as the reader sees it. */
export type AskStep = (recommendation: Recommendation, step: Step) => void;

export const DecidingContext = createContext<AskStep>(() => {});

export const useAskStep = (): AskStep => use(DecidingContext);

/** By the server's clock; 0 once it is too late, or when nothing was decided that could be undone. */
export function undoSecondsLeft({ undoUntil }: Recommendation, nowMs: number): number {
  return undoUntil === null ? 0 : Math.max(0, Math.ceil((Date.parse(undoUntil) - nowMs) / 1000));
}

/** What tells it from the others for those who only hear it. */
export const nameOf = ({ title, action, entity }: Recommendation): string => `${title || action}, for ${entity}`;

/** Four eyes: who edited it leaves the approval to somebody else. */
export const needsOtherEyes = ({ fourEyes, editedBy }: Recommendation, username: string): boolean =>
  fourEyes && editedBy === username;
