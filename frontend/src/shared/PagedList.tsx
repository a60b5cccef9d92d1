import type { ReactNode } from "react";
import { useInfiniteQuery, type QueryKey } from "@tanstack/react-query";
import { get } from "../services/http";
import { parseListPage } from "../services/rows/page";
import { Failure, Notice, Skeleton } from "./marks";

/** A list that the server hands out page by page. `refreshMs`: how often it is read again, 0 for never. */
export function usePages<Row>(key: QueryKey, path: string, read: (row: unknown) => Row, refreshMs = 0) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }) => parseListPage(await get(pageParam, signal), read),
    initialPageParam: path,
    getNextPageParam: (page) => page.next,
    refetchInterval: refreshMs || false,
  });
}

interface PagedListProps<Row> {
  readonly pages: ReturnType<typeof usePages<Row>>;
  /** What the rows are, in the plural. */
  readonly noun: string;
  readonly empty: ReactNode;
  readonly renderRow: (row: Row) => ReactNode;
}

/** Its rows, or why there are none. */
export function PagedList<Row>({ pages, noun, empty, renderRow }: PagedListProps<Row>) {
  const { data, error, refetch } = pages;
  if (!data && error) {
    return <Failure title={`The ${noun} could not be loaded`} error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton lines={7} />;
  const rows = data.pages.flatMap((page) => page.rows);
  if (rows.length === 0) return <Notice title={`No ${noun}`}>{empty}</Notice>;
  return (
    <>
      <ul className="rows">{rows.map(renderRow)}</ul>
      {pages.hasNextPage && (
        <button
          type="button"
          className="more"
          disabled={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {pages.isFetchingNextPage ? "Loading…" : "Show more"}
        </button>
      )}
    </>
  );
}
