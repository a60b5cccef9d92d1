import { useState } from "react";
import type { Mapping } from "../../services/rows/mapping";
import { useSavedMappings } from "./api";
import { SavedMappingsDialog } from "./SavedMappingsDialog";

/** Takes a mapping that was kept; nothing while there is none. */
export function SavedMappings({ onPick }: { onPick: (mapping: Mapping) => void }) {
  const { data: saved = [] } = useSavedMappings();
  const [managing, setManaging] = useState(false);
  if (saved.length === 0 && !managing) return null;
  return (
    <div className="saved-mappings">
      <select
        className="quiet-select"
        data-testid="saved-mappings"
        aria-label="Saved mappings"
        value=""
        onChange={(event) => {
          const picked = saved.find(({ id }) => String(id) === event.target.value);
          if (picked) onPick(picked.mapping);
        }}
      >
        <option value="">Use a saved mapping…</option>
        {saved.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <button type="button" className="button small" data-testid="manage-mappings" onClick={() => setManaging(true)}>
        Manage
      </button>
      {managing && <SavedMappingsDialog saved={saved} onClose={() => setManaging(false)} />}
    </div>
  );
}
