import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "../../services/http";
import { parseListPage } from "../../services/rows/page";
import { parsePlaybook } from "../../services/rows/playbook";

const PLAYBOOKS = "playbooks";

/** What the list is narrowed to; empty means everything. */
export interface PlaybookFilters {
  readonly q: string;
  readonly origin: string;
  readonly entity_type: string;
  readonly metric: string;
}

export const NO_FILTERS: PlaybookFilters = { q: "", origin: "", entity_type: "", metric: "" };

/** The playbooks that match; they are some dozens and come at once. */
export function usePlaybooks(filters: PlaybookFilters) {
  const given = Object.entries(filters).filter(([, value]) => value !== "");
  const query = new URLSearchParams(given).toString();
  return useQuery({
    queryKey: [PLAYBOOKS, "list", query],
    queryFn: async ({ signal }) =>
      parseListPage(await get(`/api/playbooks${query && `?${query}`}`, signal), parsePlaybook).rows,
    placeholderData: keepPreviousData,
  });
}

/** One playbook with its passages. */
export function usePlaybook(slug: string) {
  return useQuery({
    queryKey: [PLAYBOOKS, slug],
    queryFn: async ({ signal }) => parsePlaybook(await get(`/api/playbooks/${encodeURIComponent(slug)}`, signal)),
  });
}
