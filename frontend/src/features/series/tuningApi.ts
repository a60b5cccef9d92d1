import { useMutation } from "@tanstack/react-query";
import { get, patch, post, remove } from "../../services/http";
import { parseBacktest, type Backtest } from "../../services/rows/backtest";
import { parseSeries, type Series, type Target } from "../../services/rows/series";
import { createSilence } from "../../services/silences";
import { useKeepSeries } from "./api";
import { backtestBody, proposalKey, type Proposal } from "./proposal";

const HOUR_MS = 3_600_000;

/** A replay and the proposal that it answers. */
export interface Answer {
  readonly key: string;
  readonly backtest: Backtest;
}

export function useBacktest(series: Series) {
  return useMutation({
    mutationFn: async ({ proposal, days }: { readonly proposal: Proposal; readonly days: number }): Promise<Answer> => ({
      key: proposalKey(proposal, days),
      backtest: parseBacktest(await post(`/api/series/${series.id}/backtest`, backtestBody(proposal, days, series))),
    }),
  });
}

/** Makes the change; `targets` are those that the series has. */
export function useSaveProposal(series: Series, targets: readonly Target[]) {
  const keep = useKeepSeries(series.id);
  return useMutation({ mutationFn: (proposal: Proposal) => save(series, targets, proposal), onSuccess: keep });
}

async function save(series: Series, targets: readonly Target[], proposal: Proposal): Promise<Series> {
  const path = `/api/series/${series.id}`;
  if (proposal.kind === "threshold") return parseSeries(await patch(path, { threshold: proposal.threshold }));
  if (proposal.kind === "target") await saveTarget(series, targets, proposal);
  else await saveSilence(series, proposal);
  return parseSeries(await get(path));
}

type TargetProposal = Extract<Proposal, { kind: "target" }>;

async function saveTarget(
  { entity, metric }: Series,
  targets: readonly Target[],
  { period, value }: TargetProposal,
): Promise<void> {
  const known = targets.find((target) => target.period === period);
  if (known && value === null) await remove(`/api/targets/${known.id}`);
  else if (known) await patch(`/api/targets/${known.id}`, { value });
  else if (value !== null) await post("/api/targets", { entity, metric, period, value });
}

async function saveSilence(
  { entity, metric }: Series,
  { hours, reason }: Extract<Proposal, { kind: "silence" }>,
): Promise<void> {
  const endsAt = new Date(Date.now() + hours * HOUR_MS).toISOString();
  await createSilence({ kind: "silence", reason: reason.trim(), entity, entityType: "", metric, startsAt: null, endsAt });
}
