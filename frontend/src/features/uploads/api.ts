import { useEffect, useState } from "react";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, patch, post, remove } from "../../services/http";
import { encodeMapping, parseSavedMapping, type Mapping } from "../../services/rows/mapping";
import { parseListPage } from "../../services/rows/page";
import { parsePreview, parseUpload, type Upload } from "../../services/rows/upload";
import { usePages } from "../../shared/PagedList";
import { showFailure } from "../../shared/toasts";

const UPLOADS = "uploads";
const MAPPINGS = "mappings";
const LIST_REFRESH_MS = 10_000;
const FIRST_POLL_MS = 400;
const LAST_POLL_MS = 5_000;
const TYPING_MS = 300;

export function useUploads() {
  return usePages([UPLOADS, "list"], "/api/uploads", parseUpload, LIST_REFRESH_MS);
}

/** The wait before the next look: longer and longer, so that a long load is not asked to death. */
export function pollDelay(looks: number): number {
  return Math.min(LAST_POLL_MS, FIRST_POLL_MS * 1.25 ** looks);
}

/** One upload, looked at again and again while it is being read. */
export function useUpload(id: number) {
  return useQuery({
    queryKey: [UPLOADS, id],
    queryFn: async ({ signal }) => parseUpload(await get(`/api/uploads/${id}`, signal)),
    refetchInterval: ({ state }) => (state.data?.status === "running" ? pollDelay(state.dataUpdateCount) : false),
  });
}

/** The first lines of the file as a mapping reads them. */
export function usePreview(id: number, mapping: Mapping, enabled: boolean) {
  return useQuery({
    queryKey: [UPLOADS, id, "preview", mapping],
    queryFn: async () =>
      parsePreview(await post(`/api/uploads/${id}/preview`, { mapping: encodeMapping(mapping) })),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    enabled,
  });
}

/** A value as it was when the typing paused. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

interface Start {
  readonly mapping: Mapping;
  /** Keeps the mapping under this name; empty does not. */
  readonly saveAs: string;
}

export function useStartUpload(id: number) {
  const keep = useKeepUpload();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ mapping, saveAs }: Start) => {
      const body = { mapping: encodeMapping(mapping), ...(saveAs && { save_as: saveAs }) };
      return parseUpload(await post(`/api/uploads/${id}/start`, body));
    },
    onSuccess: (upload) => {
      keep(upload);
      void client.invalidateQueries({ queryKey: [MAPPINGS] });
    },
  });
}

export function useCancelUpload(id: number) {
  const keep = useKeepUpload();
  return useMutation({
    mutationFn: async () => parseUpload(await post(`/api/uploads/${id}/cancel`)),
    onSuccess: keep,
    onError: (error) => showFailure("cancel this upload", error),
  });
}

export function useDeleteUpload(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => remove(`/api/uploads/${id}`),
    onSuccess: () => {
      client.removeQueries({ queryKey: [UPLOADS, id] });
      return client.invalidateQueries({ queryKey: [UPLOADS, "list"] });
    },
  });
}

/** Has the list read again whenever the upload that is open has got further. */
export function useListInStep(status: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => void client.invalidateQueries({ queryKey: [UPLOADS, "list"] }), [client, status]);
}

/** Puts an answer where the page looks, and has the list read again. */
export function useKeepUpload(): (upload: Upload) => void {
  const client = useQueryClient();
  return (upload) => {
    client.setQueryData([UPLOADS, upload.id], upload);
    void client.invalidateQueries({ queryKey: [UPLOADS, "list"] });
  };
}

export function useSavedMappings() {
  return useQuery({
    queryKey: [MAPPINGS],
    queryFn: async ({ signal }) => parseListPage(await get("/api/mappings", signal), parseSavedMapping).rows,
  });
}

/** Renames a saved mapping. */
export function useRenameMapping(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => parseSavedMapping(await patch(`/api/mappings/${id}`, { name })),
    onSuccess: () => client.invalidateQueries({ queryKey: [MAPPINGS] }),
  });
}

export function useDeleteMapping(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => remove(`/api/mappings/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: [MAPPINGS] }),
  });
}
