import { comparisonRows, headline } from "../../src/features/series/comparison";
import { backtestBody, parsePositive, proposalKey } from "../../src/features/series/proposal";
import { describeResolution, rangeOf, rangeQuery } from "../../src/features/series/ranges";
import { finished, lasting, newDraft, problemOf } from "../../src/features/silences/draft";
import { parseBacktest } from "../../src/services/rows/backtest";
import { parseSeries } from "../../src/services/rows/series";
import { backtestRow, seriesRow } from "../support/rows";

const series = parseSeries(seriesRow({ last_time: "2026-11-20T00:00:00Z" }));

describe("a proposal", () => {
  it.each([
    ["0.21", 0.21],
    [" 0,21 ", 0.21],
    ["0", null],
    ["-1", null],
    ["abc", null],
    ["", null],
    ["11", null],
  ])("takes %j as %j", (text, value) => {
    expect(parsePositive(text, 10)).toBe(value);
  });

  it("is answered by what was asked for, not by what it is called", () => {
    const key = (hours: number, reason: string) => proposalKey({ kind: "silence", hours, reason }, 90);
    expect(key(4, "a")).toBe(key(4, "b"));
    expect(key(4, "a")).not.toBe(key(24, "a"));
    expect(proposalKey({ kind: "threshold", threshold: 1 }, 90)).not.toBe(
      proposalKey({ kind: "threshold", threshold: 1 }, 30),
    );
  });

  it("sends null for what is to go, and tries a silence over the last hours of readings", () => {
    expect(backtestBody({ kind: "threshold", threshold: null }, 90, series)).toEqual({ days: 90, threshold: null });
    expect(backtestBody({ kind: "target", period: "day", value: null }, 30, series)).toEqual({
      days: 30,
      target: { period: "day", value: null },
    });
    expect(backtestBody({ kind: "silence", hours: 24, reason: "x" }, 90, series)).toEqual({
      days: 90,
      silence: { starts_at: "2026-11-19T00:00:00.000Z", ends_at: "2026-11-20T00:00:00.000Z" },
    });
  });
});

describe("the answer", () => {
  const answer = parseBacktest(backtestRow());

  it("says in a sentence what was labelled and would be lost", () => {
    expect(headline(answer)).toBe(
      "2 hotspots would be gone, 0 added, 1 kept; 1 true positive lost; 1 false positive spared.",
    );
    const same = { ...answer, gone: [], added: [], kept: 1, proposed: answer.current };
    expect(headline(same)).toBe("The same 1 hotspot as now.");
  });

  it("marks fewer true positives as worse and fewer false ones as better", () => {
    const tones = comparisonRows(answer.current, answer.proposed).map(({ name, tone }) => [name, tone]);
    expect(tones).toContainEqual(["Labelled true positive", "critical"]);
    expect(tones).toContainEqual(["Labelled false positive", "good"]);
    expect(tones).toContainEqual(["Hotspots", undefined]);
  });
});

describe("a range", () => {
  it("ends with the last reading, which may be long ago", () => {
    expect(rangeQuery("24h", "2020-03-02T00:00:00Z")).toEqual({ from: "2020-03-01T00:00:00.000Z" });
    expect(rangeQuery("24h", null)).toEqual({});
    expect(rangeOf("nonsense")).toBe("7d");
  });

  it.each([
    [0, "Every reading"],
    [30, "A point per 30 s"],
    [900, "A point per 15 min"],
    [7200, "A point per 2 h"],
    [604_800, "A point per 7 d"],
  ])("of %d seconds a point says so", (seconds, words) => {
    expect(describeResolution(seconds)).toBe(words);
  });
});

describe("a silence", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");
  const draft = { ...newDraft(now, { entity: "Kiln", metric: "energy" }), reason: " service " };

  it("begins filled in and lasts as long as is chosen", () => {
    expect(problemOf(draft, now)).toBe("");
    const week = finished(lasting(draft, 168, now));
    expect(week).toMatchObject({ entity: "Kiln", metric: "energy", reason: "service", startsAt: null });
    expect(week.endsAt).toBe("2026-11-30T12:00:00.000Z");
  });

  it.each([
    [{ reason: "" }, "Say why"],
    [{ entity: " ", metric: "" }, "Name an entity"],
    [{ ends: "" }, "Say when it ends"],
    [{ ends: "2026-11-01T00:00" }, "end after it begins"],
  ])("with %j is told what is missing", (change, words) => {
    expect(problemOf({ ...draft, ...change }, now)).toContain(words);
  });

  it("of everything names nothing", () => {
    expect(finished({ ...draft, everything: true })).toMatchObject({ entity: "", metric: "" });
  });
});
