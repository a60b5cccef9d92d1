import { pollDelay } from "../../src/features/uploads/api";
import {
  fieldsOf,
  missingFields,
  sourceFromKey,
  sourceKey,
  sourceOf,
  unknownColumns,
  withOwnColumns,
  withSource,
} from "../../src/features/uploads/mapping";
import { parseMapping } from "../../src/services/rows/mapping";

const mapping = (change: object = {}) => parseMapping({ columns: { value: "kWh" }, ...change });

it("gives a field one source at most", () => {
  const constant = withSource(mapping(), "metric", { kind: "constant", value: "energy" });
  expect(sourceOf(constant, "metric")).toEqual({ kind: "constant", value: "energy" });
  const column = withSource(constant, "metric", { kind: "column", column: "Art" });
  expect(column.constants).toEqual({});
  expect(column.columns).toEqual({ value: "kWh", metric: "Art" });
  expect(withSource(column, "metric", { kind: "none" }).columns).toEqual({ value: "kWh" });
});

it("takes columns that are named like a field for that field", () => {
  const own = withOwnColumns(mapping({ constants: { metric: "energy" } }), ["time", "metric", "value", "note"]);
  expect(own.columns).toEqual({ time: "time", value: "kWh" });
});

it("names what is still missing, an empty constant among it", () => {
  expect(missingFields(mapping())).toEqual(["entity", "metric", "time"]);
  const constants = { entity: "Plant", metric: " ", unit: "" };
  expect(missingFields(mapping({ constants }))).toEqual(["metric", "time", "unit"]);
});

it("asks neither metric nor value where each line has several metrics", () => {
  const several = mapping({ columns: {}, metrics: [{ metric: "gas", column: "Gas" }] });
  expect(fieldsOf(several)).not.toContain("value");
  expect(missingFields(several)).toEqual(["entity", "time"]);
});

it("finds columns that this file does not have", () => {
  const saved = mapping({ metrics: [{ metric: "gas", column: "Gas" }] });
  expect(unknownColumns(saved, ["kWh"])).toEqual(["Gas"]);
});

it.each(["none", "constant", "column:Usage: kWh"])("reads the option %s back", (key) => {
  expect(sourceKey(sourceFromKey(key))).toBe(key);
});

it("looks less and less often, but never less than every five seconds", () => {
  const delays = Array.from({ length: 40 }, (_, looks) => pollDelay(looks));
  expect(delays[0]).toBe(400);
  expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  expect(delays.at(-1)).toBe(5_000);
});
