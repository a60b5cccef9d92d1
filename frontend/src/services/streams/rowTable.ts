/** What every streamed row has. */
export interface Versioned {
  readonly id: number;
  readonly version: number;
}

export type RowTable<Row extends Versioned> = ReadonlyMap<number, Row>;

export const MAX_ROWS = 500;

/**
 * A new table with `rows` laid over `table`; an older version never replaces a newer one.
 * Beyond `MAX_ROWS` closed rows go first, then the oldest ones (the smallest ids).
 */
export function upsert<Row extends Versioned>(
  table: RowTable<Row>,
  rows: Iterable<Row>,
  isClosed: (row: Row) => boolean,
): RowTable<Row> {
  const next = new Map(table);
  for (const row of rows) {
    const known = next.get(row.id);
    if (!known || known.version < row.version) next.set(row.id, row);
  }
  return next.size > MAX_ROWS ? bounded(next, isClosed) : next;
}

function bounded<Row extends Versioned>(
  table: RowTable<Row>,
  isClosed: (row: Row) => boolean,
): RowTable<Row> {
  const keepFirst = [...table.values()].toSorted(
    (a, b) => Number(isClosed(a)) - Number(isClosed(b)) || b.id - a.id,
  );
  return new Map(keepFirst.slice(0, MAX_ROWS).map((row) => [row.id, row]));
}
