import type { Alert } from "../../services/rows/alert";
import { compareRanks, matches, type Filters, type Order, type Rank } from "../../shared/filters";
import { formatPlural } from "../../shared/format";
import { SEVERITY_NAMES } from "../../shared/marks";

/** A summary of many hotspots that opened at once. */
export const isStorm = (row: Alert): boolean => row.hotspotId === null;

export const stormName = ({ hotspots }: Alert): string => `Storm of ${formatPlural(hotspots, "hotspot")}`;

/** What tells it from the others for those who only hear it. */
export const nameOf = (row: Alert): string =>
  isStorm(row) ? stormName(row) : `${SEVERITY_NAMES[row.level]} alert for ${row.entity}, ${row.metric}`;

/** The alerts that the pane shows, in its order; the members of a storm are shown within its row. */
export function selectAlerts(
  rows: Iterable<Alert>,
  filters: Filters,
  status: string,
  order: Order,
): Alert[] {
  const fitting = [...rows].filter(
    (row) => (status === "" || row.status === status) && matches(withSeverity(row), filters),
  );
  const storms = new Set(fitting.filter(isStorm).map(({ id }) => id));
  return fitting
    .filter((row) => row.stormId === null || !storms.has(row.stormId))
    .sort((a, b) => compareRanks(rank(a), rank(b), order));
}

const withSeverity = (row: Alert) => ({ ...row, severity: row.level });

const rank = (row: Alert): Rank => ({
  ...row,
  severity: row.level,
  waiting: row.status !== "resolved" && row.suppressedBy === "",
});
