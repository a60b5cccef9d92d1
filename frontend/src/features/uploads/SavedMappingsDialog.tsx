import { useState, type FormEvent } from "react";
import type { SavedMapping } from "../../services/rows/mapping";
import { ConfirmDialog } from "../../shared/ConfirmDialog";
import { Dialog } from "../../shared/Dialog";
import { useDeleteMapping, useRenameMapping } from "./api";

interface SavedMappingsDialogProps {
  readonly saved: readonly SavedMapping[];
  readonly onClose: () => void;
}

/** The saved mappings, to be renamed or deleted one by one. */
export function SavedMappingsDialog({ saved, onClose }: SavedMappingsDialogProps) {
  const [doomed, setDoomed] = useState<SavedMapping | null>(null);
  if (doomed) return <DeleteMapping saved={doomed} onClose={() => setDoomed(null)} />;
  return (
    <Dialog title="Saved mappings" onClose={onClose}>
      {saved.length === 0 && <p className="muted dialog-subject">None is left.</p>}
      {saved.map((mapping) => (
        <SavedMappingLine key={mapping.id} saved={mapping} onDelete={() => setDoomed(mapping)} />
      ))}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

interface SavedMappingLineProps {
  readonly saved: SavedMapping;
  readonly onDelete: () => void;
}

function SavedMappingLine({ saved, onDelete }: SavedMappingLineProps) {
  const [name, setName] = useState(saved.name);
  const renaming = useRenameMapping(saved.id);
  const wanted = name.trim();
  const rename = (event: FormEvent) => {
    event.preventDefault();
    renaming.mutate(wanted);
  };
  return (
    <form className="saved-mapping" data-testid={`saved-mapping-${saved.id}`} onSubmit={rename}>
      <input
        aria-label={`Name of ${saved.name}`}
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button
        type="submit"
        className="button small"
        disabled={wanted === "" || wanted === saved.name || renaming.isPending}
      >
        Rename
      </button>
      <button type="button" className="button small" onClick={onDelete}>
        Delete
      </button>
      {renaming.error && <p className="problem" role="alert">{renaming.error.message}</p>}
    </form>
  );
}

function DeleteMapping({ saved, onClose }: { saved: SavedMapping; onClose: () => void }) {
  const deletion = useDeleteMapping(saved.id);
  return (
    <ConfirmDialog
      title="Delete this mapping?"
      action="Delete"
      tone="reject"
      pending={deletion.isPending}
      error={deletion.error}
      onConfirm={() => deletion.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>
        <strong>{saved.name}</strong> is not suggested any more. Files that were read with it stay as they are.
      </p>
    </ConfirmDialog>
  );
}
