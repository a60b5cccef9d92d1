import { serverNow } from "../../services/http";
import type { Severity } from "../../services/rows/hotspot";
import type { Recommendation } from "../../services/rows/recommendation";
import { compareRanks, matches, type Filters, type Order, type Rank } from "../../shared/filters";
import { undoSecondsLeft } from "./deciding";

/** What a recommendation takes from its hotspot, where that is known. */
export type HotspotOf = (hotspotId: number) => HotspotFacts | undefined;

interface HotspotFacts {
  readonly severity: Severity;
  readonly entityType: string;
  readonly suppressedBy: string;
}

/** The recommendations that the pane shows, in its order. */
export function selectRecommendations(
  rows: Iterable<Recommendation>,
  hotspotOf: HotspotOf,
  filters: Filters,
  status: string,
  order: Order,
): Recommendation[] {
  const rank = (row: Recommendation): Rank => ({
    ...row,
    severity: hotspotOf(row.hotspotId)?.severity,
    // What was decided just now stays in its place for as long as it can be undone.
    waiting: row.status === "pending" || undoSecondsLeft(row, serverNow()) > 0,
  });
  const fits = (row: Recommendation) => {
    const hotspot = hotspotOf(row.hotspotId);
    const { severity, entityType, suppressedBy } = hotspot ?? {};
    const subject = { entity: row.entity, severity, entityType, suppressedBy };
    return (status === "" || row.status === status) && matches(subject, filters);
  };
  return [...rows].filter(fits).sort((a, b) => compareRanks(rank(a), rank(b), order));
}
