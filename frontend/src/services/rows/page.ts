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
