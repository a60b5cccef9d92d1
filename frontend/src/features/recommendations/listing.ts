import { serverNow } from "../../services/http";
import type { Severity } from "../../services/rows/hotspot";
import type { Recommendation } from "../../services/rows/recommendation";
import { compareUrgency, matches, type Filters, type Order, type Urgency } from "../../shared/filters";
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
  const urgency = (row: Recommendation): Urgency => ({
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
  const compare = (a: Recommendation, b: Recommendation) =>
    compareUrgency(urgency(a), urgency(b), order) || compareAge(a, b);
  return [...rows].filter(fits).sort(compare);
}

/** The newest hotspot first; the rows of one as they were written: the best first. */
const compareAge = (a: Recommendation, b: Recommendation): number => b.hotspotId - a.hotspotId || a.id - b.id;
