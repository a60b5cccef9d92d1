import { parseAlert } from "../../src/services/rows/alert";
import { parseHotspot } from "../../src/services/rows/hotspot";
import { parseRecommendation } from "../../src/services/rows/recommendation";
import { parseFrame } from "../../src/services/streams/frames";
import { alertRow, hotspotRow, recommendationRow } from "../support/rows";
import { events, hello } from "../support/streamServer";

describe("parseFrame", () => {
  it("reads hello with the heartbeat in milliseconds", () => {
    expect(parseFrame(JSON.stringify(hello(7, 9)))).toEqual({
      type: "hello",
      epoch: "e1",
      seq: 7,
      head: 9,
      heartbeatMs: 15_000,
    });
  });

  it("reads events in their order", () => {
    const frame = parseFrame(JSON.stringify(events({ seq: 1, data: {} }, { seq: 2, data: {} })));
    expect(frame.type === "events" && frame.events.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("reads the wait that an error asks for", () => {
    const error = { type: "error", code: "going_away", detail: "", retry: true, retry_after_ms: 1200 };
    expect(parseFrame(JSON.stringify(error))).toMatchObject({ retryAfterMs: 1200, retry: true });
  });

  it("keeps a type of a newer server apart", () => {
    expect(parseFrame('{"type":"surprise"}')).toEqual({ type: "unknown", name: "surprise" });
    expect(parseFrame('{"type":"constructor"}').type).toBe("unknown");
  });

  it.each([
    "",
    "not json",
    "null",
    "[]",
    "42",
    "{}",
    '{"type":7}',
    '{"type":"hello","seq":1}',
    '{"type":"events","events":{}}',
    '{"type":"events","events":[{"seq":"1","event":"x"}]}',
    '{"type":"events","events":[null]}',
    '{"type":"beacon","head":1.5}',
  ])("refuses %s", (text) => {
    expect(() => parseFrame(text)).toThrow();
  });
});

describe("rows", () => {
  it("are read with the names of this code base", () => {
    expect(parseHotspot(hotspotRow())).toMatchObject({ entityType: "site", expectedLow: 70 });
    expect(parseAlert(alertRow())).toMatchObject({ hotspotId: 1, acknowledgedBy: null });
    expect(parseRecommendation(recommendationRow()).citations[0]?.section).toBe("What to do");
  });

  it("take missing figures as unknown, never as NaN", () => {
    const row = parseHotspot(hotspotRow({ value: undefined, score: "a lot", opened_at: "soon" }));
    expect(row).toMatchObject({ value: null, score: null, openedAt: null });
  });

  it.each([
    ["a text as id", { id: "1" }],
    ["no version", { version: undefined }],
    ["an unknown severity", { severity: "fatal" }],
    ["an unknown status", { status: "gone" }],
    ["no entity", { entity: null }],
  ])("are refused with %s", (_name, change) => {
    expect(() => parseHotspot(hotspotRow(change))).toThrow();
  });
});
