import { useState } from "react";
import { SILENCE_STATES } from "../../services/rows/silence";
import { PERMISSIONS } from "../../services/session";
import { humanize } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { PagedList } from "../../shared/PagedList";
import { useParam } from "../../shared/urlState";
import { useCan } from "../../shared/user";
import { useSilences } from "./api";
import { SilenceDialog } from "./SilenceDialog";
import { SilenceRow } from "./SilenceRow";

const EMPTY = "A silence keeps what it covers from asking for attention: during a service, a test, a known fault.";

/** What is hidden now, what will be, and what was. */
export default function SilencesPage() {
  const [chosen, choose] = useParam("state");
  const state = SILENCE_STATES.find((known) => known === chosen) ?? "";
  const silences = useSilences(state);
  return (
    <main className="content single" data-testid="page-silences">
      <header className="page-header">
        <h2>Silences</h2>
        <StateFilter state={state} onChoose={choose} />
        <NewSilence />
      </header>
      <div className="pane-body" data-pane="silences">
        <PagedList
          pages={silences}
          noun={state ? `${state} silences` : "silences"}
          empty={<p>{EMPTY}</p>}
          renderRow={(silence) => <SilenceRow key={silence.id} silence={silence} />}
        />
      </div>
    </main>
  );
}

interface StateFilterProps {
  readonly state: string;
  readonly onChoose: (state: string) => void;
}

function StateFilter({ state, onChoose }: StateFilterProps) {
  return (
    <div className="segmented" role="group" aria-label="State">
      {["", ...SILENCE_STATES].map((name) => (
        <button key={name} type="button" aria-pressed={state === name} onClick={() => onChoose(name)}>
          {humanize(name) || "All"}
        </button>
      ))}
    </div>
  );
}

function NewSilence() {
  const allowed = useCan(PERMISSIONS.addSilence);
  const [asking, setAsking] = useState(false);
  if (!allowed) return null;
  return (
    <>
      <button type="button" className="button primary" data-testid="silence-new" onClick={() => setAsking(true)}>
        <Icon name="mute" />
        New silence
      </button>
      {asking && <SilenceDialog onClose={() => setAsking(false)} />}
    </>
  );
}
