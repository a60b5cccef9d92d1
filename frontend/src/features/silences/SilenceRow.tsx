import { useState } from "react";
import type { Silence } from "../../services/rows/silence";
import { PERMISSIONS } from "../../services/session";
import { ConfirmDialog } from "../../shared/ConfirmDialog";
import { formatDateTime, formatNumber, humanize } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { Chip, StatusChip } from "../../shared/marks";
import { useCan } from "../../shared/user";
import { useEndSilence } from "./api";
import { KIND_NAMES } from "./SilenceFields";

/** "Kiln 1 · energy", or that it covers everything. */
export function scopeOf({ entity, entityType, metric }: Silence): string {
  const kind = entityType && `Every ${humanize(entityType).toLowerCase()}`;
  return [entity, kind, metric].filter(Boolean).join(" · ") || "Everything";
}

export function SilenceRow({ silence }: { silence: Silence }) {
  return (
    <li className="row" data-testid={`row-silence-${silence.id}`} data-dimmed={silence.state === "ended" || undefined}>
      <div className="row-line">
        <Icon name="mute" />
        <strong className="row-title">{scopeOf(silence)}</strong>
        <span className="age">{KIND_NAMES[silence.kind]} {silence.id}</span>
      </div>
      <p className="row-text">{silence.reason}</p>
      <p className="muted">
        {formatDateTime(silence.startsAt)} – {formatDateTime(silence.endsAt)}
      </p>
      <div className="chips">
        <StatusChip status={silence.state} />
        {silence.endedEarly && <Chip>Ended early</Chip>}
        {silence.suppressed > 0 && <Chip>Hides {formatNumber(silence.suppressed)} now</Chip>}
        {silence.createdBy && <Chip title={formatDateTime(silence.createdAt)}>by {silence.createdBy}</Chip>}
        {silence.state !== "ended" && <EndButton silence={silence} />}
      </div>
    </li>
  );
}

function EndButton({ silence }: { silence: Silence }) {
  const allowed = useCan(PERMISSIONS.changeSilence);
  const [asking, setAsking] = useState(false);
  const ending = useEndSilence();
  if (!allowed) return null;
  const planned = silence.state === "planned";
  return (
    <div className="row-actions always">
      <button type="button" className="button small" data-testid="silence-end" onClick={() => setAsking(true)}>
        {planned ? "Cancel it" : "End now"}
      </button>
      {asking && (
        <ConfirmDialog
          title={planned ? "Cancel this silence?" : "End this silence now?"}
          action={planned ? "Cancel it" : "End now"}
          pending={ending.isPending}
          error={ending.error}
          onConfirm={() => ending.mutate(silence.id, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          <p>{scopeOf(silence)}: {silence.reason}</p>
          {!planned && <p>Hotspots that it hides and that are still open will ask for attention at once.</p>}
        </ConfirmDialog>
      )}
    </div>
  );
}
