import { useState, type ReactNode } from "react";
import type { Upload } from "../../services/rows/upload";
import { ConfirmDialog } from "../../shared/ConfirmDialog";
import { formatBytes, formatPlural } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { Failure, Skeleton, StatusChip } from "../../shared/marks";
import { atPage, setParams } from "../../shared/urlState";
import { useDeleteUpload, useListInStep, useUpload } from "./api";
import { MappingStep } from "./MappingStep";
import { UploadProgress } from "./UploadProgress";
import { UploadResult } from "./UploadResult";

/** One upload, in whichever step it is. */
export function UploadView({ id }: { id: number }) {
  const { data: upload, error, refetch } = useUpload(id);
  useListInStep(upload?.status);
  if (!upload && error) {
    return <Failure title="This upload could not be loaded" error={error} onRetry={() => void refetch()} />;
  }
  if (!upload) return <Skeleton lines={10} />;
  return (
    <article className="detail" data-testid="upload-detail" data-status={upload.status}>
      <Header upload={upload} />
      {step(upload)}
    </article>
  );
}

function step(upload: Upload): ReactNode {
  if (upload.status === "waiting") return <MappingStep upload={upload} />;
  if (upload.status === "running") return <UploadProgress upload={upload} />;
  return <UploadResult upload={upload} />;
}

function Header({ upload }: { upload: Upload }) {
  const { name, size, format, dialect, status } = upload;
  const facts = [formatBytes(size), format.toUpperCase(), dialect.encoding, dialect.compression];
  return (
    <header className="detail-header">
      <div>
        <h2>{name}</h2>
        <div className="chips">
          <StatusChip status={status} />
          <span className="muted">{facts.filter((fact) => fact && fact !== "none").join(" · ")}</span>
        </div>
      </div>
      {status !== "running" && <DeleteButton upload={upload} />}
    </header>
  );
}

function DeleteButton({ upload }: { upload: Upload }) {
  const [asking, setAsking] = useState(false);
  const deletion = useDeleteUpload(upload.id);
  const leave = () => setParams(atPage("uploads"));
  return (
    <>
      <button type="button" className="button" data-testid="upload-delete" onClick={() => setAsking(true)}>
        <Icon name="trash" />
        Delete
      </button>
      {asking && (
        <ConfirmDialog
          title="Delete this upload?"
          action="Delete"
          tone="reject"
          pending={deletion.isPending}
          error={deletion.error}
          onConfirm={() => deletion.mutate(undefined, { onSuccess: leave })}
          onClose={() => setAsking(false)}
        >
          <p>
            <strong>{upload.name}</strong> and the list of its rejected lines go.{" "}
            {upload.accepted > 0 && `Its ${formatPlural(upload.accepted, "reading")} stay stored.`}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
