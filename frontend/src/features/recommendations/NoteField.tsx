const NOTE_CHARACTERS = 2000;

interface NoteFieldProps {
  readonly note: string;
  readonly onNote: (note: string) => void;
}

/** Why somebody decides so; it is kept with the decision. */
export function NoteField({ note, onNote }: NoteFieldProps) {
  return (
    <label className="field">
      <span>Note (optional)</span>
      <textarea
        data-testid="decision-note"
        rows={3}
        dir="auto"
        maxLength={NOTE_CHARACTERS}
        value={note}
        onChange={(event) => onNote(event.target.value)}
      />
    </label>
  );
}
