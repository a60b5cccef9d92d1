import type { Upload } from "../../services/rows/upload";
import { formatBytes, formatCount } from "../../shared/format";
import { Link } from "../../shared/Link";
import { Age, Chip, StatusChip } from "../../shared/marks";
import { atUpload } from "../../shared/urlState";

interface UploadRowProps {
  readonly upload: Upload;
  readonly selected: boolean;
}

export function UploadRow({ upload, selected }: UploadRowProps) {
  const { id, name, size, format, status, accepted, rejected, createdAt, createdBy } = upload;
  return (
    <li className="row" data-testid={`row-upload-${id}`} data-selected={selected || undefined}>
      <Link className="row-link" data-row to={atUpload(id)} aria-label={`${name}: open this upload`} />
      <div className="row-line">
        <strong className="row-title">{name}</strong>
        <Age time={createdAt} />
      </div>
      <p className="muted">
        {[formatBytes(size), format.toUpperCase(), createdBy].filter(Boolean).join(" · ")}
      </p>
      <div className="chips">
        <StatusChip status={status} />
        {accepted > 0 && <Chip>{formatCount(accepted)} accepted</Chip>}
        {rejected > 0 && <Chip>{formatCount(rejected)} rejected</Chip>}
      </div>
    </li>
  );
}
