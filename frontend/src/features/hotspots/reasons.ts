import type { Hotspot } from "../../services/rows/hotspot";
import { formatNumber, formatQuantity, humanize } from "../../shared/format";

const RULES: Readonly<Record<string, string>> = {
  policy: "Target",
  anomaly: "Unusual reading",
  data_quality: "Doubtful data",
};

/** What each view of the detector, and each other rule, says. */
const REASONS: Readonly<Record<string, string>> = {
  range: "Outside anything that the series is remembered for.",
  season: "Unusual for this hour and kind of day.",
  season_level: "Unusual for this hour, even given the recent level.",
  jump: "A sudden change from the readings just before.",
  shift: "The last few readings have moved together.",
  longrun: "Far from the level of the long run.",
  target: "Measured against a target that somebody has set.",
  unit_suspect: "The value looks like another unit or scale: it was not learned.",
  flatline: "The same value again and again: the meter may be stuck.",
  silent: "Nothing has arrived for longer than usual.",
};

export const ruleName = ({ rule }: Hotspot): string => RULES[rule] ?? (humanize(rule) || "Finding");

/** Why it opened, in words; a reason that is not known here is shown as it is. */
export function reasonSentence({ reason }: Hotspot): string {
  return REASONS[reason] ?? (reason ? `${humanize(reason)}.` : "");
}

/** Where the value lies beside the band that was expected; empty where there is no band. */
export function bandSentence({ value, expectedLow: low, expectedHigh: high, unit }: Hotspot): string {
  if (low === null || high === null) return "";
  const band = `Expected between ${formatNumber(low)} and ${formatQuantity(high, unit)}`;
  if (value === null) return `${band}.`;
  if (value > high) return `${band}; it was ${formatQuantity(value - high, unit)} above.`;
  if (value < low) return `${band}; it was ${formatQuantity(low - value, unit)} below.`;
  return `${band}; the value itself lies within.`;
}
