import { parseAlert } from "../../src/services/rows/alert";
import { parseBacktest } from "../../src/services/rows/backtest";
import { ShapeError } from "../../src/services/rows/decode";
import { parseHotspot } from "../../src/services/rows/hotspot";
import { encodeMapping, parseMapping } from "../../src/services/rows/mapping";
import { parseListPage } from "../../src/services/rows/page";
import { parsePointSeries } from "../../src/services/rows/points";
import { parseSeries, parseTarget } from "../../src/services/rows/series";
import { parseSilence } from "../../src/services/rows/silence";
import { parsePreview, parseUpload } from "../../src/services/rows/upload";
import {
  alertRow,
  backtestRow,
  hotspotRow,
  seriesRow,
  silenceRow,
  uploadRow,
} from "../support/rows";

describe("a row of the server", () => {
  it("says what hides a hotspot and which incident it belongs to", () => {
    const row = parseHotspot(hotspotRow({ suppressed_by: "silence 2: service", incident_id: 7 }));
    expect(row).toMatchObject({ suppressedBy: "silence 2: service", incidentId: 7 });
    expect(parseHotspot(hotspotRow())).toMatchObject({ suppressedBy: "", incidentId: null });
  });

  it("may be the alert of a storm, which has no hotspot", () => {
    const storm = parseAlert(alertRow({ hotspot_id: null, entity: "", hotspots: 34 }));
    expect(storm).toMatchObject({ hotspotId: null, hotspots: 34, stormId: null });
    expect(parseAlert(alertRow({ storm_id: 3 }))).toMatchObject({ hotspots: 1, stormId: 3 });
  });

  it("is a series with what is set for it", () => {
    const series = parseSeries(seriesRow({ targets: { day: 5000, odd: "x" }, threshold: 0.3 }));
    expect(series).toMatchObject({ threshold: 0.3, targets: { day: 5000 }, frozenUntil: null });
  });

  it("is a silence whose empty scope means any", () => {
    const silence = parseSilence(silenceRow({ entity: null, metric: null, entity_type: "" }));
    expect(silence).toMatchObject({ entity: "", metric: "", entityType: "", state: "active" });
  });

  it.each([
    ["a state", () => parseSilence(silenceRow({ state: "odd" }))],
    ["a kind", () => parseSilence(silenceRow({ kind: "odd" }))],
    ["a status", () => parseUpload(uploadRow({ status: "odd" }))],
    ["a period", () => parseTarget({ id: 1, entity: "A", metric: "m", period: "week", value: 1 })],
    ["a severity", () => parseBacktest(backtestRow({ gone: [{ severity: "odd" }] }))],
    ["a series without a name", () => parseSeries(seriesRow({ entity: null }))],
    ["a preview without lines", () => parsePreview({ lines: null })],
  ])("is refused for %s that is not known", (_what, read) => {
    expect(read).toThrow(ShapeError);
  });
});

describe("an upload", () => {
  it("has no mapping before it is started", () => {
    expect(parseUpload(uploadRow({ mapping: null })).mapping).toBeNull();
    expect(parseUpload(uploadRow({ mapping: {} })).mapping).toBeNull();
  });

  it("shows the cells of its sample as text", () => {
    expect(parseUpload(uploadRow({ sample: [["a", null, 1.5]] })).sample).toEqual([["a", "", "1.5"]]);
  });

  it("has lines that are readings and lines that are none", () => {
    const lines = [
      { line: 2, reading: { entity: "A", metric: "energy", value: 1, time: "2026-01-01T00:00:00Z" } },
      { line: 3, reading: null, code: "bad_value", detail: "No number." },
    ];
    const preview = parsePreview({ lines, unused: ["note"] });
    expect(preview.lines[0]?.reading).toMatchObject({ entity: "A", unit: "", value: 1 });
    expect(preview.lines[1]).toMatchObject({ reading: null, code: "bad_value" });
    expect(preview.unused).toEqual(["note"]);
  });
});

it("gives a mapping back as it came", () => {
  const sent = {
    columns: { value: "kWh" },
    constants: { metric: "energy" },
    metrics: [{ metric: "gas", column: "Gas", unit: "kWh" }],
    delimiter: "\t",
    decimal: ",",
    encoding: "cp1252",
    time_format: "%d.%m.%Y",
    time_zone: "Asia/Seoul",
  };
  expect(encodeMapping(parseMapping(sent))).toEqual(sent);
});

it("goes on with the next page on the page's own host", () => {
  const page = { results: [1, 2], next: "http://inside:8000/api/uploads?cursor=abc" };
  expect(parseListPage(page, Number)).toEqual({ rows: [1, 2], next: "/api/uploads?cursor=abc" });
  expect(parseListPage({ results: [], next: null }, Number).next).toBeNull();
});

it("keeps the extremes of a bucket", () => {
  const point = { time: "2026-01-01T00:00:00Z", value: 5, low: 1, high: 9, score: 0.2 };
  const series = parsePointSeries({ unit: "kWh", resolution_seconds: 3600, points: [point] });
  expect(series.resolutionSeconds).toBe(3600);
  expect(series.points[0]).toMatchObject({ value: 5, low: 1, high: 9, expected: null });
});

it("counts by severity, rule and label on both sides of a back-test", () => {
  const { current, proposed, gone, kept } = parseBacktest(backtestRow());
  expect(current).toMatchObject({ hotspots: 3, bySeverity: { warn: 3 }, truePositives: 2, falsePositives: 1 });
  expect(proposed).toMatchObject({ hotspots: 1, truePositives: 1, falsePositives: 0 });
  expect([gone.length, kept]).toEqual([2, 1]);
});
