import { MAX_ROWS, upsert } from "../../src/services/streams/rowTable";

interface Row {
  readonly id: number;
  readonly version: number;
  readonly closed: boolean;
}

const row = (id: number, version = 1, closed = false): Row => ({ id, version, closed });
const isClosed = ({ closed }: Row) => closed;
const table = (rows: Row[]) => upsert<Row>(new Map(), rows, isClosed);

it("never lets an older version replace a newer one", () => {
  const newer = table([row(1, 5)]);
  expect(upsert(newer, [row(1, 4, true)], isClosed).get(1)).toEqual(row(1, 5));
});

it("leaves the table that it was given as it was", () => {
  const before = table([row(1)]);
  upsert(before, [row(2)], isClosed);
  expect([...before.keys()]).toEqual([1]);
});

it("drops closed rows first, the oldest of them before the others", () => {
  const open = Array.from({ length: MAX_ROWS - 1 }, (_, index) => row(index + 100));
  const full = table([row(1, 1, true), row(2, 1, true), ...open]);
  expect(full.size).toBe(MAX_ROWS);
  expect(full.has(1)).toBe(false);
  expect(full.has(2)).toBe(true);
});

it("drops the oldest open rows when all are open", () => {
  const full = table(Array.from({ length: MAX_ROWS + 10 }, (_, index) => row(index + 1)));
  expect(full.size).toBe(MAX_ROWS);
  expect(full.has(10)).toBe(false);
  expect(full.has(11)).toBe(true);
});
