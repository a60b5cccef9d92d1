import { useState } from "react";
import type { Recommendation } from "../../services/rows/recommendation";

/** The rows that are ticked, by their ids. */
export interface Selection {
  readonly has: (id: number) => boolean;
  readonly set: (ids: readonly number[], ticked: boolean) => void;
}

export function useSelection(): Selection {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  return {
    has: (id) => ids.has(id),
    set: (changed, ticked) => setIds((known) => (ticked ? new Set([...known, ...changed]) : without(known, changed))),
  };
}

const without = (ids: ReadonlySet<number>, gone: readonly number[]): ReadonlySet<number> =>
  new Set([...ids].filter((id) => !gone.includes(id)));

/** What can be ticked: only what waits for a decision. */
export const selectable = (rows: readonly Recommendation[]): readonly Recommendation[] =>
  rows.filter((row) => row.status === "pending");
