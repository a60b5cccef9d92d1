import type { Upload } from "../../services/rows/upload";
import { formatBytes, formatCount } from "../../shared/format";
import { ProgressBar } from "../../shared/ProgressBar";
import { useCancelUpload } from "./api";

/** How far it has got, counting up. */
export function UploadProgress({ upload }: { upload: Upload }) {
  const cancel = useCancelUpload(upload.id);
  const { readBytes, size } = upload;
  const share = size > 0 ? Math.min(1, readBytes / size) : null;
  return (
    <section className="detail-section" data-testid="upload-progress">
      <h3>Reading the file in</h3>
      <ProgressBar label="Reading the file in" share={share} />
      <p className="muted" role="status">
        {formatBytes(readBytes)} of {formatBytes(size)}, {formatCount(upload.lines)} lines
      </p>
      <UploadCounts upload={upload} />
      <p className="muted">You can leave this page: it goes on.</p>
      <button type="button" className="button" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
        Cancel
      </button>
    </section>
  );
}

const COUNTS = [
  ["accepted", "Accepted"],
  ["duplicates", "Duplicates"],
  ["late", "Late"],
  ["rejected", "Rejected"],
  ["hotspots", "Hotspots"],
] as const;

/** What became of the lines so far. */
export function UploadCounts({ upload }: { upload: Upload }) {
  return (
    <dl className="counts">
      {COUNTS.map(([name, title]) => (
        <div key={name} data-tone={name === "rejected" && upload.rejected > 0 ? "critical" : undefined}>
          <dt>{title}</dt>
          <dd data-testid={`count-${name}`}>{formatCount(upload[name])}</dd>
        </div>
      ))}
    </dl>
  );
}
