import type { Doubt, Upload } from "../../services/rows/upload";
import { FIELDS, REQUIRED_FIELDS, type Field, type Mapping } from "../../services/rows/mapping";

const METRIC_FIELDS: readonly Field[] = ["metric", "value", "unit"];

/** Where a field's value comes from. */
export type Source =
  | { readonly kind: "none" }
  | { readonly kind: "column"; readonly column: string }
  | { readonly kind: "constant"; readonly value: string };

export function sourceOf({ columns, constants }: Mapping, field: Field): Source {
  const [column, value] = [columns[field], constants[field]];
  if (column !== undefined) return { kind: "column", column };
  return value === undefined ? { kind: "none" } : { kind: "constant", value };
}

/** A column that is named like a field is that field, unless the mapping says otherwise: here it says so. */
export function withOwnColumns(mapping: Mapping, columns: readonly string[]): Mapping {
  const own = fieldsOf(mapping).filter((field) => columns.includes(field) && sourceOf(mapping, field).kind === "none");
  const named = Object.fromEntries(own.map((field) => [field, field]));
  return { ...mapping, columns: { ...named, ...mapping.columns } };
}

/** The fields that are asked for one by one; columns of metrics bring theirs along. */
export function fieldsOf({ metrics }: Mapping): readonly Field[] {
  return metrics.length === 0 ? FIELDS : FIELDS.filter((field) => !METRIC_FIELDS.includes(field));
}

/** The mapping with a field taken from somewhere else: a field has one source at most. */
export function withSource(mapping: Mapping, field: Field, source: Source): Mapping {
  const { [field]: _column, ...columns } = mapping.columns;
  const { [field]: _value, ...constants } = mapping.constants;
  if (source.kind === "column") return { ...mapping, columns: { ...columns, [field]: source.column }, constants };
  if (source.kind === "constant") return { ...mapping, columns, constants: { ...constants, [field]: source.value } };
  return { ...mapping, columns, constants };
}

/** The fields that still lack something: required ones a source, constants a value. */
export function missingFields(mapping: Mapping): readonly Field[] {
  return fieldsOf(mapping).filter((field) => {
    const source = sourceOf(mapping, field);
    if (source.kind === "none") return REQUIRED_FIELDS.includes(field);
    return source.kind === "constant" && !source.value.trim();
  });
}

/** Columns that the mapping names and the file does not have: it was saved for another file. */
export function unknownColumns(mapping: Mapping, columns: readonly string[]): readonly string[] {
  const named = [...Object.values(mapping.columns), ...mapping.metrics.map(({ column }) => column)];
  return named.filter((column) => !columns.includes(column));
}

/** A source as the value of an option, and back. */
export const sourceKey = (source: Source): string =>
  source.kind === "column" ? `column:${source.column}` : source.kind;

export function sourceFromKey(key: string): Source {
  if (key === "constant") return { kind: "constant", value: "" };
  return key.startsWith("column:") ? { kind: "column", column: key.slice("column:".length) } : { kind: "none" };
}

/** The doubts about the suggestion that nobody has settled yet by another time format or zone. */
export function openDoubts({ doubts, suggestion }: Upload, { timeFormat, timeZone }: Mapping): readonly Doubt[] {
  return doubts.filter(({ code }) => (code === "no_offset" ? timeZone === "" : timeFormat === suggestion.timeFormat));
}
