import { useMutation, useQueryClient } from "@tanstack/react-query";
import { parseSilence, type SilenceState } from "../../services/rows/silence";
import { createSilence, endSilence } from "../../services/silences";
import { usePages } from "../../shared/PagedList";
import { showFailure } from "../../shared/toasts";

const SILENCES = "silences";
const REFRESH_MS = 20_000;

export function useSilences(state: SilenceState | "") {
  const path = state ? `/api/silences?state=${state}` : "/api/silences";
  return usePages([SILENCES, state], path, parseSilence, REFRESH_MS);
}

export function useCreateSilence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: createSilence,
    onSuccess: () => client.invalidateQueries({ queryKey: [SILENCES] }),
  });
}

export function useEndSilence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: endSilence,
    onSuccess: () => client.invalidateQueries({ queryKey: [SILENCES] }),
    onError: (error) => showFailure("end this silence", error),
  });
}
