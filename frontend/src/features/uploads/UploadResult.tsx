import type { Upload } from "../../services/rows/upload";
import { formatCount, formatDateTime, formatPlural } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { UploadCounts } from "./UploadProgress";

/** What became of the file, and its bad lines to take along. */
export function UploadResult({ upload }: { upload: Upload }) {
  const { status, problem, finishedAt } = upload;
  return (
    <section className="detail-section" data-testid="upload-result">
      <h3>{TITLES[status] ?? "Result"}</h3>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <p className="explanation">{sentence(upload)}</p>
      <UploadCounts upload={upload} />
      {upload.rejected > 0 && <ErrorFile upload={upload} />}
      {finishedAt && <p className="muted">Finished {formatDateTime(finishedAt)}</p>}
    </section>
  );
}

const TITLES: Readonly<Record<string, string>> = {
  done: "Read in",
  failed: "It could not be read in",
  cancelled: "Cancelled",
};

function sentence({ status, accepted, duplicates, rejected }: Upload): string {
  const kept = `${formatPlural(accepted, "reading")} stored`;
  if (status !== "done") return accepted > 0 ? `${kept}: they stay.` : "Nothing was stored.";
  const parts = [
    accepted === 0 && duplicates > 0 ? "Nothing new" : kept,
    duplicates > 0 && `${formatCount(duplicates)} there already`,
    rejected > 0 && `${formatPlural(rejected, "line")} rejected`,
  ];
  return `${parts.filter(Boolean).join(", ")}.`;
}

function ErrorFile({ upload }: { upload: Upload }) {
  return (
    <p className="error-file">
      <a className="button" data-testid="error-file" href={`/api/uploads/${upload.id}/errors`} download>
        <Icon name="download" />
        Rejected lines as CSV
      </a>
      <span className="muted">
        Each with its number, its code and what is wrong. Mend them and send that file: what is stored already counts
        as a duplicate.
      </span>
    </p>
  );
}
