import { useState } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import { useStreams } from "../../shared/streams";
import { decideAll, MOST_AT_ONCE, takeBack, type Outcome } from "./bulk";
import type { Verdict } from "./decisions";

/** Taking back is a request for each row: a few at a time leave room for others. */
const UNDOS_AT_ONCE = 4;

type Rows = readonly Recommendation[];
type Send = (part: Rows) => Promise<readonly Outcome[]>;

/** Outcomes by id as they come in; each answer goes into the live table. */
export function useBulk() {
  const { recommendations } = useStreams();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<number, Outcome>>(new Map());
  const [running, setRunning] = useState(false);
  /** How much of what runs is through, 0 to 1; null while that is one request. */
  const [share, setShare] = useState<number | null>(null);
  const run = async (parts: readonly Rows[], atOnce: number, send: Send): Promise<readonly Outcome[]> => {
    const all: Outcome[] = [];
    let sent = 0;
    setRunning(true);
    setShare(parts.length > 1 ? 0 : null);
    await each(parts, atOnce, async (part) => {
      const some = await send(part);
      all.push(...some);
      recommendations.mergeAll(some.map(({ row }) => row));
      setOutcomes((known) => new Map([...known, ...some.map((outcome) => [outcome.row.id, outcome] as const)]));
      sent += 1;
      if (parts.length > 1) setShare(sent / parts.length);
    });
    setRunning(false);
    return all;
  };
  return {
    outcomes,
    running,
    share,
    decide: (rows: Rows, verdict: Verdict, note: string) =>
      run(parted(rows, MOST_AT_ONCE), 1, (part) => decideAll(part, verdict, note)),
    undo: (rows: Rows) =>
      run(parted(rows, 1), UNDOS_AT_ONCE, (part) => Promise.all(part.map(takeBack))),
  };
}

function parted(rows: Rows, size: number): Rows[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, part) =>
    rows.slice(part * size, (part + 1) * size),
  );
}

async function each<Item>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<void>) {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
