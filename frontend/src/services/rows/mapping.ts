import { integer, object, text, textMap, textOrEmpty, timeOrNull, userOrNull } from "./decode";

/** The fields of a reading that a file can fill, in the order in which they are asked for. */
export const FIELDS = [
  "entity",
  "metric",
  "value",
  "time",
  "unit",
  "entity_type",
  "id",
  "baseline",
  "attributes",
] as const;
export type Field = (typeof FIELDS)[number];

export const REQUIRED_FIELDS: readonly Field[] = ["entity", "metric", "value", "time"];
/** The fields that may have one value for the whole file. */
export const CONSTANT_FIELDS: readonly Field[] = ["entity", "metric", "unit", "entity_type"];

/** A column with the values of one metric, in a file that has several in each line. */
export interface MetricColumn {
  readonly metric: string;
  readonly column: string;
  readonly unit: string;
}

/** How the columns of a file become the fields of readings. */
export interface Mapping {
  /** The column of a field. */
  readonly columns: Readonly<Record<string, string>>;
  /** Fields with one value for the whole file. */
  readonly constants: Readonly<Record<string, string>>;
  /** Instead of metric, value and unit. */
  readonly metrics: readonly MetricColumn[];
  /** Empty is found out from the file, as is the encoding. */
  readonly delimiter: string;
  readonly decimal: string;
  readonly encoding: string;
  /** "iso", "epoch_s", "epoch_ms", or a pattern of strptime. */
  readonly timeFormat: string;
  /** For times without an offset; a name of the IANA database, or empty. */
  readonly timeZone: string;
}

/** What is missing takes the server's defaults. */
export function parseMapping(value: unknown): Mapping {
  const mapping = object(value ?? {}, "mapping");
  return {
    columns: textMap(mapping["columns"]),
    constants: textMap(mapping["constants"]),
    metrics: Array.isArray(mapping["metrics"]) ? mapping["metrics"].map(parseMetric) : [],
    delimiter: textOrEmpty(mapping, "delimiter"),
    decimal: textOrEmpty(mapping, "decimal") || ".",
    encoding: textOrEmpty(mapping, "encoding"),
    timeFormat: textOrEmpty(mapping, "time_format") || "iso",
    timeZone: textOrEmpty(mapping, "time_zone"),
  };
}

function parseMetric(value: unknown): MetricColumn {
  const entry = object(value, "metric");
  return { metric: text(entry, "metric"), column: text(entry, "column"), unit: textOrEmpty(entry, "unit") };
}

export function encodeMapping({ timeFormat, timeZone, ...same }: Mapping): object {
  return { ...same, time_format: timeFormat, time_zone: timeZone };
}

/** A mapping that was kept for the next file of its kind. */
export interface SavedMapping {
  readonly id: number;
  readonly name: string;
  readonly mapping: Mapping;
  readonly createdBy: string;
  readonly updatedAt: string | null;
}

export function parseSavedMapping(value: unknown): SavedMapping {
  const row = object(value, "mapping");
  return {
    id: integer(row, "id"),
    name: text(row, "name"),
    mapping: parseMapping(row["mapping"]),
    createdBy: userOrNull(row, "created_by") ?? "",
    updatedAt: timeOrNull(row, "updated_at"),
  };
}
