import type { Alert } from "../../services/rows/alert";
import { compareRanks, matches, type Filters, type Order, type Rank } from "../../shared/filters";

/** The alerts that the pane shows, in its order. */
export function selectAlerts(
  rows: Iterable<Alert>,
  filters: Filters,
  status: string,
  order: Order,
): Alert[] {
  return [...rows]
    .filter((row) => (status === "" || row.status === status) && matches(withSeverity(row), filters))
    .sort((a, b) => compareRanks(rank(a), rank(b), order));
}

const withSeverity = (row: Alert) => ({ ...row, severity: row.level });

const rank = (row: Alert): Rank => ({ ...row, severity: row.level, waiting: row.status !== "resolved" });
