import type { Hotspot } from "../../services/rows/hotspot";
import { compareRanks, matches, type Filters, type Order, type Rank } from "../../shared/filters";

export const isOpen = (row: Hotspot): boolean => row.status === "open" || row.status === "acknowledged";

/** The hotspots that the pane shows, in its order. */
export function selectHotspots(
  rows: Iterable<Hotspot>,
  filters: Filters,
  status: string,
  order: Order,
): Hotspot[] {
  return [...rows]
    .filter((row) => (status === "" || row.status === status) && matches(row, filters))
    .sort((a, b) => compareRanks(rank(a), rank(b), order));
}

const rank = (row: Hotspot): Rank => ({ ...row, waiting: isOpen(row) && row.suppressedBy === "" });
