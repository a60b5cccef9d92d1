import type { Mapping } from "../../services/rows/mapping";
import { useSavedMappings } from "./api";

/** Takes a mapping that was kept; nothing while there is none. */
export function SavedMappings({ onPick }: { onPick: (mapping: Mapping) => void }) {
  const { data: saved = [] } = useSavedMappings();
  if (saved.length === 0) return null;
  return (
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
  );
}
