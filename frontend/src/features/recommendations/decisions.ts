import { useMutation } from "@tanstack/react-query";
import { get, patch, post, RequestError } from "../../services/http";
import { parseRecommendation, type Recommendation } from "../../services/rows/recommendation";
import { useStreams } from "../../shared/streams";
import { rememberFocus } from "../../shared/focus";
import { showFailure } from "../../shared/toasts";

export type Verdict = "approve" | "reject";

export const VERBS: Readonly<Record<Verdict, string>> = { approve: "Approve", reject: "Reject" };

/** Somebody changed or decided it first: the row as they left it. */
export class Overtaken extends Error {
  override name = "Overtaken";

  constructor(
    message: string,
    readonly row: Recommendation,
  ) {
    super(message);
  }
}

/** The refusals that say that the row is not any more what was seen. */
const OVERTAKEN = new Set(["already_decided", "version_conflict", "illegal_state"]);

const addressOf = ({ id }: Recommendation): string => `/api/recommendations/${id}`;

/** Carries a change of the row that was `seen` out; fails with `Overtaken` when it is another by now. */
async function change(seen: Recommendation, send: () => Promise<unknown>): Promise<Recommendation> {
  try {
    return parseRecommendation(await send());
  } catch (error) {
    if (!(error instanceof RequestError) || !OVERTAKEN.has(error.code)) throw error;
    throw new Overtaken(error.message, parseRecommendation(await get(addressOf(seen))));
  }
}

/** Approves or rejects what was seen. */
export const decide = (seen: Recommendation, verdict: Verdict, note: string): Promise<Recommendation> =>
  change(seen, () => post(`${addressOf(seen)}/${verdict}`, { note }, seen));

/** Takes back a decision that was seen. */
export const undo = (seen: Recommendation): Promise<Recommendation> =>
  change(seen, () => post(`${addressOf(seen)}/undo`, {}, seen));

/** `realised` is in the hotspot's unit, null if it was not measured. */
const implement = (seen: Recommendation, realised: number | null): Promise<Recommendation> =>
  change(seen, () => post(`${addressOf(seen)}/implemented`, { realised_reduction: realised }, seen));

/** What an approver may reword. */
export type Wording = Pick<Recommendation, "title" | "action" | "cost" | "feasibility">;

const edit = (seen: Recommendation, wording: Partial<Wording>): Promise<Recommendation> =>
  change(seen, () => patch(addressOf(seen), wording, seen));

/** The answer goes into the live table, also the row that somebody else left behind. */
function useChange<Command extends { readonly seen: Recommendation }>(
  send: (command: Command) => Promise<Recommendation>,
) {
  const { recommendations } = useStreams();
  return useMutation({
    mutationFn: send,
    onSuccess: recommendations.merge,
    onError: (error) => {
      if (error instanceof Overtaken) recommendations.merge(error.row);
    },
  });
}

interface Decision {
  readonly seen: Recommendation;
  readonly verdict: Verdict;
  readonly note: string;
}

export const useDecision = () => useChange(({ seen, verdict, note }: Decision) => decide(seen, verdict, note));

interface Implementation {
  readonly seen: Recommendation;
  readonly realised: number | null;
}

export const useImplement = () => useChange(({ seen, realised }: Implementation) => implement(seen, realised));

interface Edit {
  readonly seen: Recommendation;
  readonly wording: Partial<Wording>;
}

export const useEdit = () => useChange(({ seen, wording }: Edit) => edit(seen, wording));

/** Takes a decision back where it was made; a refusal is told in a toast. */
export function useUndo(seen: Recommendation) {
  const mutation = useChange(({ seen: row }: { readonly seen: Recommendation }) => undo(row));
  const run = () => {
    const giveBack = rememberFocus(); // the button goes with the decision
    const onError = (error: Error) => showFailure("undo this decision", error);
    mutation.mutate({ seen }, { onError, onSettled: () => giveBack() });
  };
  return { isPending: mutation.isPending, run };
}
