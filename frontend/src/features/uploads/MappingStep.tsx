import { useState, type FormEvent } from "react";
import type { Mapping } from "../../services/rows/mapping";
import type { Upload } from "../../services/rows/upload";
import { Failure, Notice, Skeleton } from "../../shared/marks";
import { usePreview, useSettled, useStartUpload } from "./api";
import { FieldTable } from "./FieldTable";
import { FormatFields } from "./FormatFields";
import { missingFields, openDoubts, unknownColumns, withOwnColumns } from "./mapping";
import { PreviewTable } from "./PreviewTable";
import { SavedMappings } from "./SavedMappings";

/** Which column says what, with the first lines as they would be read. */
export function MappingStep({ upload }: { upload: Upload }) {
  const [mapping, setMapping] = useState(() => withOwnColumns(upload.mapping ?? upload.suggestion, upload.columns));
  const pick = (saved: Mapping) => setMapping(withOwnColumns(saved, upload.columns));
  const hasColumns = isTable(upload);
  return (
    <>
      {hasColumns && (
        <>
          <section className="detail-section">
            <div className="section-head">
              <h3>Columns</h3>
              <SavedMappings onPick={pick} />
            </div>
            <FieldTable upload={upload} mapping={mapping} onMapping={setMapping} />
          </section>
          <section className="detail-section">
            <h3>Format</h3>
            <FormatFields format={upload.format} mapping={mapping} onMapping={setMapping} />
            <Doubts upload={upload} mapping={mapping} />
          </section>
        </>
      )}
      <Preview upload={upload} mapping={mapping} />
      <StartForm upload={upload} mapping={mapping} />
    </>
  );
}

/** NDJSON names its fields itself. */
const isTable = ({ format, columns }: Upload): boolean => format !== "ndjson" && columns.length > 0;

/** What only a person can tell, until one does. */
function Doubts({ upload, mapping }: MappedProps) {
  return openDoubts(upload, mapping).map(({ code, detail }) => (
    <p key={code} className="doubt" data-testid={`doubt-${code}`}>
      {detail}
    </p>
  ));
}

interface MappedProps {
  readonly upload: Upload;
  readonly mapping: Mapping;
}

function Preview({ upload, mapping }: MappedProps) {
  const settled = useSettled(mapping);
  const problem = problemOf(upload, settled);
  const preview = usePreview(upload.id, settled, problem === "");
  const { data, error, refetch, isFetching } = preview;
  return (
    <section className="detail-section" aria-label="As it would be read" aria-busy={isFetching}>
      <h3>As it would be read</h3>
      {problem && <Notice title="Not yet">{problem}</Notice>}
      {!problem && error && (
        <Failure title="The lines could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {!problem && !error && !data && <Skeleton lines={6} />}
      {!problem && !error && data && <PreviewTable preview={data} />}
    </section>
  );
}

function StartForm({ upload, mapping }: MappedProps) {
  const [saveAs, setSaveAs] = useState("");
  const start = useStartUpload(upload.id);
  const problem = problemOf(upload, mapping);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate({ mapping, saveAs: saveAs.trim() });
  };
  return (
    <form className="start-form" onSubmit={submit}>
      {isTable(upload) && (
        <label className="field">
          <span>Keep this mapping as (optional)</span>
          <input
            data-testid="mapping-name"
            maxLength={100}
            placeholder="Monthly meter export"
            value={saveAs}
            onChange={(event) => setSaveAs(event.target.value)}
          />
        </label>
      )}
      <button
        type="submit"
        className="button primary"
        data-testid="upload-start"
        disabled={problem !== "" || start.isPending}
      >
        Read the file in
      </button>
      {start.error && <p className="problem" role="alert">{start.error.message}</p>}
    </form>
  );
}

/** Why the file cannot be read in yet; empty when it can. */
function problemOf(upload: Upload, mapping: Mapping): string {
  if (!isTable(upload)) return "";
  const missing = missingFields(mapping);
  if (missing.length > 0) {
    return `Still without a column or a fixed value: ${missing.join(", ")}.`;
  }
  const unknown = unknownColumns(mapping, upload.columns);
  return unknown.length > 0 ? `This file has no column ${unknown.join(", ")}.` : "";
}
