import {
  list,
  numberOrNull,
  object,
  textOrEmpty,
  timeOrNull,
  userOrNull,
  type JsonObject,
} from "../services/rows/decode";
import { formatDateTime, formatNumber, isMoment } from "./format";

/** A text that is too long for a line, before and after. */
export interface Rewording {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** One change of a row: who, when, through which door, and what in words. */
export interface HistoryEntry {
  readonly at: string | null;
  readonly by: string;
  readonly via: string;
  readonly changes: readonly string[];
  readonly rewordings: readonly Rewording[];
  /** Its place in the chain over all entries, null where there is no chain. */
  readonly position: number | null;
}

export function parseHistory(value: unknown): readonly HistoryEntry[] {
  const entries = Array.isArray(value) ? value : list(object(value, "history")["results"], "results");
  return entries.map((entry) => parseEntry(object(entry, "history entry")));
}

function parseEntry(entry: JsonObject): HistoryEntry {
  const changes = Object.entries(object(entry["changes"] ?? {}, "changes"));
  const described = changes.map(describe);
  return {
    at: timeOrNull(entry, "at"),
    by: userOrNull(entry, "by") ?? "",
    via: textOrEmpty(entry, "via"),
    changes: described.length > 0 ? described : [textOrEmpty(entry, "change")].filter(Boolean),
    rewordings: changes.flatMap(rewording),
    position: numberOrNull(entry, "position"),
  };
}

function rewording([field, change]: [string, unknown]): Rewording[] {
  const { from, to } = object(change, field);
  if (typeof from !== "string" || typeof to !== "string") return [];
  if (show(from) !== null && show(to) !== null) return [];
  return [{ name: field.replaceAll("_", " "), before: from, after: to }];
}

/** "status: open → resolved"; of what is too long for a line only that it has changed. */
function describe([field, change]: [string, unknown]): string {
  const { from, to } = object(change, field);
  const name = field.replaceAll("_", " ");
  const [before, after] = [show(from), show(to)];
  return before === null || after === null ? `${name} changed` : `${name}: ${before} → ${after}`;
}

const SHORT = 40;

/** Null for what a line has no room for. */
function show(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return "none";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "object") return null;
  const text = String(value);
  if (isMoment(text)) return formatDateTime(text);
  return text.length > SHORT ? null : text.replaceAll("_", " ");
}
