import type { ReactNode } from "react";
import { COSTS } from "../../services/rows/recommendation";
import { humanize } from "../../shared/format";
import type { Wording } from "./decisions";

const TITLE_CHARACTERS = 200;
const ACTION_CHARACTERS = 2000;
const FEASIBILITIES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

interface EditFieldsProps {
  readonly draft: Wording;
  readonly onEdit: (edit: Partial<Wording>) => void;
  /** Why a field was refused, by its name. */
  readonly problems: Readonly<Record<string, string>>;
}

export function EditFields({ draft, onEdit, problems }: EditFieldsProps) {
  return (
    <>
      <Field name="title" label="Title" problem={problems["title"]}>
        <input
          {...described("title", problems)}
          maxLength={TITLE_CHARACTERS}
          value={draft.title}
          onChange={(event) => onEdit({ title: event.target.value })}
        />
      </Field>
      <Field name="action" label="Action" problem={problems["action"]}>
        <textarea
          {...described("action", problems)}
          rows={6}
          maxLength={ACTION_CHARACTERS}
          value={draft.action}
          onChange={(event) => onEdit({ action: event.target.value })}
        />
      </Field>
      <div className="field-row">
        <Field name="cost" label="Cost" problem={problems["cost"]}>
          <select
            {...described("cost", problems)}
            value={draft.cost}
            onChange={(event) => onEdit({ cost: event.target.value })}
          >
            {COSTS.map((cost) => (
              <option key={cost} value={cost}>
                {humanize(cost)}
              </option>
            ))}
          </select>
        </Field>
        <Field name="feasibility" label="Feasibility (10 is easy)" problem={problems["feasibility"]}>
          <select
            {...described("feasibility", problems)}
            value={draft.feasibility ?? ""}
            onChange={(event) => onEdit({ feasibility: Number(event.target.value) })}
          >
            {FEASIBILITIES.map((value) => (
              <option key={value}>{value}</option>
            ))}
          </select>
        </Field>
      </div>
    </>
  );
}

/** What ties an input to the message below it. */
function described(name: string, problems: EditFieldsProps["problems"]) {
  const refused = problems[name] !== undefined;
  return {
    "data-testid": `edit-${name}`,
    dir: "auto",
    "aria-invalid": refused || undefined,
    "aria-describedby": refused ? `problem-${name}` : undefined,
  };
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly problem: string | undefined;
  readonly children: ReactNode;
}

function Field({ name, label, problem, children }: FieldProps) {
  return (
    <div className="field">
      <label>
        <span>{label}</span>
        {children}
      </label>
      {problem !== undefined && (
        <small id={`problem-${name}`} className="field-problem" role="alert">
          {problem}
        </small>
      )}
    </div>
  );
}
