import { useState, type ReactNode } from "react";
import type { Upload } from "../../services/rows/upload";
import { ConfirmDialog } from "../../shared/ConfirmDialog";
import { DetailHeader, Loaded } from "../../shared/Detail";
import { formatBytes, formatPlural } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { StatusChip } from "../../shared/marks";
import { atPage, setParams } from "../../shared/urlState";
import { useDeleteUpload, useListInStep, useUpload } from "./api";
import { MappingStep } from "./MappingStep";
import { UploadProgress } from "./UploadProgress";
import { UploadResult } from "./UploadResult";

/** One upload, in whichever step it is. */
export function UploadView({ id }: { id: number }) {
  const query = useUpload(id);
  useListInStep(query.data?.status);
  return (
    <Loaded query={query} noun="upload">
      {(upload) => (
        <article className="detail" data-testid="upload-detail" data-status={upload.status}>
          <Header upload={upload} />
          {step(upload)}
        </article>
      )}
    </Loaded>
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
    <DetailHeader title={name} action={status !== "running" && <DeleteButton upload={upload} />}>
      <div className="chips">
        <StatusChip status={status} />
        <span className="muted">{facts.filter((fact) => fact && fact !== "none").join(" · ")}</span>
      </div>
    </DetailHeader>
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
