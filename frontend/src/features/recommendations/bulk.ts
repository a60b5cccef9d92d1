import { useState } from "react";
import { RequestError } from "../../services/http";
import type { Recommendation } from "../../services/rows/recommendation";
import { useStreams } from "../../shared/streams";
import { Overtaken } from "./decisions";

/** At most so many requests at once, so that a long selection leaves room for others. */
const AT_ONCE = 4;

/** What became of one row of many. */
export interface Outcome {
  readonly row: Recommendation;
  readonly ok: boolean;
  /** Why it was refused, in the server's words; empty if it was done. */
  readonly refusal: string;
  /** No answer, or a failure: sending it again does nothing twice. */
  readonly again: boolean;
}

type Send = (seen: Recommendation) => Promise<Recommendation>;

async function attempt(seen: Recommendation, send: Send): Promise<Outcome> {
  try {
    return { row: await send(seen), ok: true, refusal: "", again: false };
  } catch (error) {
    const refusal = error instanceof Error ? error.message : String(error);
    const row = error instanceof Overtaken ? error.row : seen;
    const again = error instanceof RequestError && (error.status === 0 || error.status >= 500);
    return { row, ok: false, refusal, again };
  }
}

/** Does each row by itself, as it was seen: one that is refused does not hold the others up. */
export async function each(
  rows: readonly Recommendation[],
  send: Send,
  onOutcome: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const waiting = [...rows];
  const done: Outcome[] = [];
  const work = async () => {
    for (let seen = waiting.shift(); seen; seen = waiting.shift()) {
      const outcome = await attempt(seen, send);
      done.push(outcome);
      onOutcome(outcome);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return done;
}

/** Outcomes by id as they come in; each answer goes into the live table. */
export function useBulk() {
  const { recommendations } = useStreams();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<number, Outcome>>(new Map());
  const [running, setRunning] = useState(false);
  const note = (outcome: Outcome) => {
    recommendations.merge(outcome.row);
    setOutcomes((known) => new Map(known).set(outcome.row.id, outcome));
  };
  const run = async (rows: readonly Recommendation[], send: Send): Promise<readonly Outcome[]> => {
    setRunning(true);
    try {
      return await each(rows, send, note);
    } finally {
      setRunning(false);
    }
  };
  return { outcomes, running, run };
}
