import { useRef, useState, type DragEvent } from "react";
import { formatBytes } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { ProgressBar } from "../../shared/ProgressBar";
import type { Sending } from "./sending";

interface DropZoneProps {
  readonly sending: Sending | null;
  readonly onFile: (file: File) => void;
  readonly onCancel: () => void;
}

/** Takes a file by button or by drop, and shows it on its way. */
export function DropZone({ sending, onFile, onCancel }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && !isOnItsWay(sending)) onFile(file);
  };
  const drag = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div className="drop-zone" data-over={over || undefined} onDragOver={drag} onDragLeave={() => setOver(false)} onDrop={drop}>
      <input
        ref={input}
        className="sr-only"
        type="file"
        data-testid="upload-file"
        aria-label="File"
        tabIndex={-1}
        accept=".csv,.tsv,.txt,.ndjson,.jsonl,.parquet,.gz"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = ""; // the same file can be chosen again
          if (file) onFile(file);
        }}
      />
      {isOnItsWay(sending) ? (
        <OnItsWay sending={sending} onCancel={onCancel} />
      ) : (
        <Invitation onChoose={() => input.current?.click()} />
      )}
      {sending?.error && (
        <p className="problem" role="alert">
          {sending.file.name}: {sending.error.message}
        </p>
      )}
    </div>
  );
}

function isOnItsWay(sending: Sending | null): sending is Sending {
  return sending !== null && sending.error === null;
}

function Invitation({ onChoose }: { onChoose: () => void }) {
  return (
    <>
      <button type="button" className="button primary" onClick={onChoose}>
        <Icon name="upload" />
        Choose a file
      </button>
      <p className="muted">or drop one here: CSV, NDJSON or Parquet, also gzipped</p>
    </>
  );
}

function OnItsWay({ sending, onCancel }: { sending: Sending; onCancel: () => void }) {
  const { file, share } = sending;
  const sent = `${formatBytes(share * file.size)} of ${formatBytes(file.size)}`;
  return (
    <>
      <p className="row-line">
        <strong className="row-title">{file.name}</strong>
        <span className="age">{share < 1 ? sent : "The server is looking at it…"}</span>
      </p>
      <ProgressBar label={`Sending ${file.name}`} share={share} />
      <button type="button" className="button small" onClick={onCancel}>
        Cancel
      </button>
    </>
  );
}
