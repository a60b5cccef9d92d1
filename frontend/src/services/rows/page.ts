import { integer, list, object } from "./decode";

/** One page of a list. `seq` is the stream position that was read before the rows. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly more: boolean;
  readonly seq: number;
}

/** `read` answers null for a row that has to be left out. */
export function parsePage<Row>(value: unknown, read: (row: unknown) => Row | null): Page<Row> {
  const page = object(value, "page");
  return {
    rows: list(page["results"], "results").map(read).filter((row) => row !== null),
    more: typeof page["next"] === "string",
    seq: integer(page, "seq"),
  };
}

/** One page of a list that is no stream; `next` is the address of the page after it. */
export interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

export function parseListPage<Row>(value: unknown, read: (row: unknown) => Row): ListPage<Row> {
  if (Array.isArray(value)) return { rows: value.map(read), next: null };
  const page = object(value, "page");
  const next = page["next"];
  return {
    rows: list(page["results"], "results").map(read),
    next: typeof next === "string" && next !== "" ? pathOf(next) : null,
  };
}

/** Path and query: a server behind a proxy may name another host than the page's. */
function pathOf(address: string): string {
  const { pathname, search } = new URL(address, window.location.href);
  return pathname + search;
}
