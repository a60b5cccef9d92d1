import { CONSTANT_FIELDS, REQUIRED_FIELDS, type Field, type Mapping } from "../../services/rows/mapping";
import type { Upload } from "../../services/rows/upload";
import { humanize } from "../../shared/format";
import { fieldsOf, sourceFromKey, sourceKey, sourceOf, unknownColumns, withSource, type Source } from "./mapping";

const EXPLAINED: Readonly<Record<Field, string>> = {
  entity: "Who or what was measured",
  metric: "What was measured",
  value: "The number",
  time: "When",
  unit: "Else the metric's own",
  entity_type: "Else supplier",
  id: "Finds a line that was sent before",
  baseline: "The sender's own prediction",
  attributes: "Anything else, as JSON",
};

interface FieldTableProps {
  readonly upload: Upload;
  readonly mapping: Mapping;
  readonly onMapping: (mapping: Mapping) => void;
}

/** One line for each field of a reading: its column, or a value for the whole file. */
export function FieldTable({ upload, mapping, onMapping }: FieldTableProps) {
  const columns = [...upload.columns, ...unknownColumns(mapping, upload.columns)];
  return (
    <div className="field-table">
      {mapping.metrics.length > 0 && <MetricsLine mapping={mapping} onMapping={onMapping} />}
      {fieldsOf(mapping).map((field) => (
        <FieldLine
          key={field}
          field={field}
          columns={columns}
          source={sourceOf(mapping, field)}
          example={exampleOf(upload, sourceOf(mapping, field))}
          onSource={(source) => onMapping(withSource(mapping, field, source))}
        />
      ))}
    </div>
  );
}

/** Several metrics in each line, as a saved mapping has them. */
function MetricsLine({ mapping, onMapping }: Pick<FieldTableProps, "mapping" | "onMapping">) {
  return (
    <div className="field-line">
      <div>
        <strong>Metrics</strong>
        <small className="muted">Each line has several values</small>
      </div>
      <span>{mapping.metrics.map(({ metric, column }) => `${metric}: ${column}`).join(", ")}</span>
      <button type="button" className="button small" onClick={() => onMapping({ ...mapping, metrics: [] })}>
        One value a line instead
      </button>
    </div>
  );
}

/** What the first line of the file has in that column. */
function exampleOf({ columns, sample }: Upload, source: Source): string {
  if (source.kind !== "column") return "";
  return sample[0]?.[columns.indexOf(source.column)] ?? "";
}

interface FieldLineProps {
  readonly field: Field;
  readonly columns: readonly string[];
  readonly source: Source;
  readonly example: string;
  readonly onSource: (source: Source) => void;
}

function FieldLine({ field, columns, source, example, onSource }: FieldLineProps) {
  const name = humanize(field);
  const required = REQUIRED_FIELDS.includes(field);
  return (
    <div className="field-line" data-missing={(required && source.kind === "none") || undefined}>
      <div>
        <strong>
          {name}
          {required && <span className="required" title="Needed"> *</span>}
        </strong>
        <small className="muted">{EXPLAINED[field]}</small>
      </div>
      <select
        data-testid={`map-${field}`}
        aria-label={`Column of ${name}`}
        value={sourceKey(source)}
        onChange={(event) => onSource(sourceFromKey(event.target.value))}
      >
        {!columns.includes(field) && <option value="none">{required ? "Choose…" : "Not in the file"}</option>}
        {CONSTANT_FIELDS.includes(field) && <option value="constant">The same for every line…</option>}
        {columns.map((column) => (
          <option key={column} value={`column:${column}`}>
            {column}
          </option>
        ))}
      </select>
      {source.kind === "constant" ? (
        <input
          data-testid={`constant-${field}`}
          aria-label={`${name} of every line`}
          value={source.value}
          onChange={(event) => onSource({ kind: "constant", value: event.target.value })}
        />
      ) : (
        <span className="example" title={example}>{example}</span>
      )}
    </div>
  );
}
