import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { useBulk } from "../../src/features/recommendations/useBulk";
import { parseRecommendation } from "../../src/services/rows/recommendation";
import { createStreams } from "../../src/services/websocket";
import { StreamsContext } from "../../src/shared/streams";
import { serveDecisions } from "../support/decisions";
import { problem } from "../support/emberwatch";
import { eventually } from "../support/eventually";
import { recommendationRow } from "../support/rows";

const ROWS = Array.from({ length: 501 }, (_, n) => parseRecommendation(recommendationRow({ id: n + 1 })));

function openBulk() {
  const streams = createStreams();
  const wrapper = ({ children }: { children: ReactNode }) => <StreamsContext value={streams}>{children}</StreamsContext>;
  return renderHook(() => useBulk(), { wrapper }).result;
}

it("sends no more than 500 in one request and says how far it is", async () => {
  const bulk = openBulk();
  const halfway = async () => {
    await eventually(() => expect(bulk.current.share).toBe(0.5));
    return null;
  };
  const sent = serveDecisions({}, [() => null, halfway]);
  void bulk.current.decide(ROWS, "reject", "");
  await eventually(() => expect(bulk.current.outcomes.size).toBe(501));
  expect(sent.map(({ body }) => [body.reject?.length, Object.keys(body.versions).length])).toEqual([
    [500, 500],
    [1, 1],
  ]);
  await eventually(() => expect(bulk.current.running).toBe(false));
});

it("goes on after a part that failed", async () => {
  const bulk = openBulk();
  const sent = serveDecisions({}, [() => problem(503, "busy", "Too busy.")]);
  void bulk.current.decide(ROWS, "approve", "");
  await eventually(() => expect(bulk.current.outcomes.size).toBe(501));
  const results = [...bulk.current.outcomes.values()].map(({ result }) => result);
  expect(results.filter((result) => result === "unknown")).toHaveLength(500);
  expect(results.filter((result) => result === "done")).toHaveLength(1);
  expect(sent).toHaveLength(2);
});
