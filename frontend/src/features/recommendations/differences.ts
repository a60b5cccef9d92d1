import type { Recommendation } from "../../services/rows/recommendation";
import { formatNumber, humanize } from "../../shared/format";

/** A field that is another than it was. */
export interface Difference {
  readonly name: string;
  readonly before: string;
  readonly now: string;
}

type Shown = readonly [name: string, show: (row: Recommendation) => string];

/** What somebody decides on, in the order of the card. */
const FIELDS: readonly Shown[] = [
  ["Status", (row) => humanize(row.status)],
  ["Title", (row) => row.title],
  ["Likely cause", (row) => row.rootCause],
  ["Action", (row) => row.action],
  ["Predicted reduction", (row) => formatNumber(row.predictedReduction)],
  ["Cost", (row) => humanize(row.cost)],
  ["Feasibility", (row) => formatNumber(row.feasibility)],
  ["Edited by", (row) => row.editedBy ?? "nobody"],
];

export function differences(before: Recommendation, now: Recommendation): readonly Difference[] {
  return FIELDS.map(([name, show]) => ({ name, before: show(before), now: show(now) })).filter(
    (field) => field.before !== field.now,
  );
}
