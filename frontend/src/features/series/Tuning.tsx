import { useState } from "react";
import type { Series } from "../../services/rows/series";
import { PERMISSIONS } from "../../services/session";
import { showToast } from "../../shared/toasts";
import { useCan } from "../../shared/user";
import { useTargets } from "./api";
import { BacktestResult } from "./BacktestResult";
import { proposalKey, type Proposal } from "./proposal";
import { ProposalForm } from "./ProposalForm";
import { useBacktest, useSaveProposal } from "./tuningApi";

const KINDS = { threshold: "Threshold", target: "Target", silence: "Silence" } as const;
type Kind = keyof typeof KINDS;

/** Tries a change on the past; it can be saved once that has been seen. */
export function Tuning({ series }: { series: Series }) {
  const [kind, setKind] = useState<Kind>("threshold");
  return (
    <>
      <p className="muted">
        Try a change on what has already been measured. Nothing is stored before you save it, and it can be saved once you
        have seen what it would have done.
      </p>
      <div className="segmented" role="group" aria-label="What to change">
        {(Object.keys(KINDS) as Kind[]).map((name) => (
          <button
            key={name}
            type="button"
            data-testid={`tune-${name}`}
            aria-pressed={name === kind}
            onClick={() => setKind(name)}
          >
            {KINDS[name]}
          </button>
        ))}
      </div>
      <Trial key={kind} kind={kind} series={series} />
    </>
  );
}

function Trial({ kind, series }: { kind: Kind; series: Series }) {
  const [proposal, setProposal] = useState<Proposal | null>(null);
  const [days, setDays] = useState(90);
  const backtest = useBacktest(series);
  const saving = useSaving(series);
  const answer = backtest.data;
  const seen = proposal !== null && answer?.key === proposalKey(proposal, days);
  const save = () => {
    if (proposal && seen) saving.save(proposal, backtest.reset);
  };
  return (
    <div className="trial">
      <ProposalForm
        kind={kind}
        series={series}
        days={days}
        onProposal={setProposal}
        onDays={setDays}
        ready={proposal !== null}
        pending={backtest.isPending}
        saveable={seen && saving.allowed(kind) && !saving.isPending}
        maySave={saving.allowed(kind)}
        onTry={() => proposal && backtest.mutate({ proposal, days })}
        onSave={save}
      />
      {backtest.error && <p className="problem" role="alert">{backtest.error.message}</p>}
      {saving.error && <p className="problem" role="alert">{saving.error.message}</p>}
      {answer && !backtest.isPending && (
        <BacktestResult series={series} backtest={answer.backtest} outdated={!seen} />
      )}
    </div>
  );
}

/** Saving, and whether the reader may: each kind of change has its own permission. */
function useSaving(series: Series) {
  const maySee = useCan(PERMISSIONS.viewTarget);
  const targets = useTargets(series, maySee);
  const may: Readonly<Record<Kind, boolean>> = {
    threshold: useCan(PERMISSIONS.changeSeries),
    target: useCan(PERMISSIONS.changeTarget) && targets.data !== undefined,
    silence: useCan(PERMISSIONS.addSilence),
  };
  const mutation = useSaveProposal(series, targets.data ?? []);
  const save = (proposal: Proposal, onSaved: () => void) =>
    mutation.mutate(proposal, {
      onSuccess: () => {
        showToast({ key: "tuning", kind: "success", title: "Saved", text: SAVED[proposal.kind] });
        onSaved();
      },
    });
  return { save, allowed: (kind: Kind) => may[kind], isPending: mutation.isPending, error: mutation.error };
}

const SAVED: Readonly<Record<Kind, string>> = {
  threshold: "The threshold holds from the next reading on.",
  target: "The target holds from the next reading on.",
  silence: "The series is silenced from now on.",
};
