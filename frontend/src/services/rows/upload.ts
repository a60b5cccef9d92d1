import {
  count,
  integer,
  list,
  numberOrNull,
  object,
  oneOf,
  text,
  textOrEmpty,
  texts,
  timeOrNull,
  userOrNull,
  type JsonObject,
} from "./decode";
import { parseMapping, type Mapping } from "./mapping";

export const UPLOAD_STATUSES = ["waiting", "running", "done", "failed", "cancelled"] as const;
export type UploadStatus = (typeof UPLOAD_STATUSES)[number];

/** What the server found the file to be written in; empty where it does not apply. */
export interface Dialect {
  readonly delimiter: string;
  readonly decimal: string;
  readonly encoding: string;
  readonly compression: string;
}

/** What about a suggestion only a person can tell, in a sentence. */
export interface Doubt {
  readonly code: string;
  readonly detail: string;
}

/** A file on the server. `size` and `readBytes` are bytes of the file as it was sent. */
export interface Upload {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly format: string;
  readonly status: UploadStatus;
  /** Why it failed, in a sentence; empty otherwise. */
  readonly problem: string;
  readonly dialect: Dialect;
  readonly columns: readonly string[];
  readonly sample: readonly (readonly string[])[];
  /** As it was started with, null before. */
  readonly mapping: Mapping | null;
  readonly suggestion: Mapping;
  readonly doubts: readonly Doubt[];
  readonly readBytes: number;
  readonly lines: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly late: number;
  readonly rejected: number;
  readonly hotspots: number;
  readonly createdBy: string;
  readonly createdAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** Throws `ShapeError` when a field that the page decides by is missing or unknown. */
export function parseUpload(value: unknown): Upload {
  const row = object(value, "upload");
  return {
    id: integer(row, "id"),
    name: text(row, "name"),
    size: count(row, "size"),
    format: textOrEmpty(row, "format"),
    status: oneOf(row, "status", UPLOAD_STATUSES),
    problem: textOrEmpty(row, "problem"),
    ...parseContent(row),
    ...parseCounts(row),
    createdBy: userOrNull(row, "created_by") ?? "",
    createdAt: timeOrNull(row, "created_at"),
    startedAt: timeOrNull(row, "started_at"),
    finishedAt: timeOrNull(row, "finished_at"),
  };
}

function parseContent(row: JsonObject) {
  const dialect = object(row["dialect"] ?? {}, "dialect");
  const mapping = object(row["mapping"] ?? {}, "mapping");
  return {
    dialect: {
      delimiter: textOrEmpty(dialect, "delimiter"),
      decimal: textOrEmpty(dialect, "decimal"),
      encoding: textOrEmpty(dialect, "encoding"),
      compression: textOrEmpty(dialect, "compression"),
    },
    columns: texts(row["columns"]),
    sample: Array.isArray(row["sample"]) ? row["sample"].map(parseCells) : [],
    mapping: Object.keys(mapping).length > 0 ? parseMapping(mapping) : null,
    suggestion: parseMapping(row["suggestion"]),
    doubts: list(row["doubts"] ?? [], "doubts").map(parseDoubt),
  };
}

function parseDoubt(value: unknown): Doubt {
  const doubt = object(value, "doubt");
  return { code: text(doubt, "code"), detail: textOrEmpty(doubt, "detail") };
}

const parseCells = (cells: unknown): string[] =>
  Array.isArray(cells) ? cells.map((cell) => (cell === null ? "" : String(cell))) : [];

function parseCounts(row: JsonObject) {
  return {
    readBytes: count(row, "read_bytes"),
    lines: count(row, "lines"),
    accepted: count(row, "accepted"),
    duplicates: count(row, "duplicates"),
    late: count(row, "late"),
    rejected: count(row, "rejected"),
    hotspots: count(row, "hotspots"),
  };
}

/** A line of the file as a reading, or why it is none. `time` is as it was understood. */
export interface PreviewLine {
  readonly line: number;
  readonly reading: PreviewReading | null;
  readonly code: string;
  readonly detail: string;
}

export interface PreviewReading {
  readonly entity: string;
  readonly entityType: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: number | null;
  readonly time: string | null;
}

export interface Preview {
  readonly lines: readonly PreviewLine[];
  /** Columns that no field takes. */
  readonly unused: readonly string[];
}

export function parsePreview(value: unknown): Preview {
  const preview = object(value, "preview");
  return {
    lines: list(preview["lines"], "lines").map(parseLine),
    unused: texts(preview["unused"]),
  };
}

function parseLine(value: unknown): PreviewLine {
  const row = object(value, "line");
  return {
    line: integer(row, "line"),
    reading: row["reading"] ? parseReading(object(row["reading"], "reading")) : null,
    code: textOrEmpty(row, "code"),
    detail: textOrEmpty(row, "detail"),
  };
}

function parseReading(reading: JsonObject): PreviewReading {
  return {
    entity: textOrEmpty(reading, "entity"),
    entityType: textOrEmpty(reading, "entity_type"),
    metric: textOrEmpty(reading, "metric"),
    unit: textOrEmpty(reading, "unit"),
    value: numberOrNull(reading, "value"),
    time: timeOrNull(reading, "time"),
  };
}
