import type { Hotspot } from "../../services/rows/hotspot";
import { PERIODS, type Period } from "../../services/rows/series";
import { formatQuantity } from "../../shared/format";

/** What the amounts of a recommendation are in, and what they are of. */
export interface Measure {
  readonly unit: string;
  /** The one reading that was anomalous, or the period whose total missed its target. */
  readonly period: Period;
}

/** Of a hotspot that is not known here nothing is known either. */
export function measureOf(hotspot: Hotspot | undefined): Measure | undefined {
  if (!hotspot) return undefined;
  const { unit, evidence } = hotspot;
  return { unit, period: PERIODS.find((known) => known === evidence["period"]) ?? "reading" };
}

/** "40 kWh per such reading". */
export function formatAmount(value: number, measure: Measure | undefined): string {
  return measure ? `${formatQuantity(value, measure.unit)} ${spanOf(measure)}` : formatQuantity(value, "");
}

/** "kWh per such reading": the unit with what an amount is of. */
export const unitOf = (measure: Measure): string => [measure.unit, spanOf(measure)].filter(Boolean).join(" ");

/** What is to be measured once a recommendation is carried out. */
export function questionOf({ period }: Measure): string {
  const what = period === "reading" ? "a reading" : `the total of ${period === "hour" ? "an" : "a"} ${period}`;
  return `How much lower ${what} like that one is now.`;
}

const spanOf = ({ period }: Measure): string => (period === "reading" ? "per such reading" : `in that ${period}`);
