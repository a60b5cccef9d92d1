import { useMutation, useQuery } from "@tanstack/react-query";
import { get, post, RequestError } from "../../services/http";
import { parsePage } from "../../services/rows/page";
import { parseRecommendation, type Recommendation } from "../../services/rows/recommendation";
import { useStream, useStreams } from "../../shared/streams";
import { showFailure } from "../../shared/toasts";

export type Verdict = "approve" | "reject";

/** All recommendations for a hotspot: the live ones laid over what the REST API has. */
export function useRecommendationsOf(hotspotId: number): readonly Recommendation[] {
  const live = useStream(useStreams().recommendations).rows;
  const { data = [] } = useQuery({
    queryKey: ["recommendations", { hotspotId }],
    queryFn: async ({ signal }) => {
      const page = await get(`/api/recommendations?hotspot_id=${hotspotId}`, signal);
      return parsePage(page, parseRecommendation).rows;
    },
  });
  const rows = new Map(data.map((row) => [row.id, row]));
  for (const row of live.values()) if (row.hotspotId === hotspotId) rows.set(row.id, row);
  return [...rows.values()].sort((a, b) => a.id - b.id);
}

export interface Decision {
  readonly verdict: Verdict;
  readonly note: string;
}

/** Somebody else was first: the row as they left it. */
export class AlreadyDecided extends Error {
  override name = "AlreadyDecided";

  constructor(
    message: string,
    readonly row: Recommendation,
  ) {
    super(message);
  }
}

/** Sends a decision. Fails with `AlreadyDecided` when the first decision was another one. */
export function useDecision(id: number) {
  const { recommendations } = useStreams();
  return useMutation({
    mutationFn: ({ verdict, note }: Decision) => decide(id, verdict, note),
    onSuccess: recommendations.merge,
    onError: (error) => {
      if (error instanceof AlreadyDecided) recommendations.merge(error.row);
    },
  });
}

async function decide(id: number, verdict: Verdict, note: string): Promise<Recommendation> {
  const path = `/api/recommendations/${id}`;
  try {
    return parseRecommendation(await post(`${path}/${verdict}`, { note }));
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== "already_decided") throw error;
    throw new AlreadyDecided(error.message, parseRecommendation(await get(path)));
  }
}

export function useUndo(id: number) {
  const { recommendations } = useStreams();
  return useMutation({
    mutationFn: async () => parseRecommendation(await post(`/api/recommendations/${id}/undo`)),
    onSuccess: recommendations.merge,
    onError: (error) => showFailure("undo this decision", error),
  });
}
