import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { undoSecondsLeft } from "../../src/features/recommendations/deciding";
import { parseRecommendation } from "../../src/services/rows/recommendation";
import { open, problem } from "../support/emberwatch";
import { decidedNow, recommendationRow } from "../support/rows";
import { server } from "../support/server";
import { events } from "../support/streamServer";

const decided = (change: object = {}) =>
  recommendationRow({ version: 2, ...decidedNow(), ...change });

const row = () => screen.findByTestId("row-recommendation-1");

it("approves with a note and shows the decision", async () => {
  const { user } = open();
  const sent: unknown[] = [];
  server.use(
    http.post("/api/recommendations/1/approve", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(decided());
    }),
  );
  await user.click(within(await row()).getByTestId("approve"));
  await user.type(screen.getByTestId("decision-note"), " Agreed. ");
  await user.click(screen.getByTestId("decision-confirm"));
  expect(await within(await row()).findByText("Approved")).toBeInTheDocument();
  expect(sent).toEqual([{ note: "Agreed." }]);
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

it("sends nothing when the dialog is canceled", async () => {
  const { user } = open();
  await user.click(within(await row()).getByTestId("reject"));
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(within(await row()).getByText("Pending")).toBeInTheDocument();
});

it("says who was first when it is already decided", async () => {
  const { user } = open();
  const theirs = decided({ status: "rejected", decided_by: "maria", note: "Line 2 is closed." });
  server.use(
    http.post("/api/recommendations/1/approve", () => problem(409, "already_decided", "Already rejected.")),
    http.get("/api/recommendations/1", () => HttpResponse.json(theirs)),
  );
  await user.click(within(await row()).getByTestId("approve"));
  await user.click(screen.getByTestId("decision-confirm"));
  const refusal = await screen.findByTestId("already-decided");
  expect(refusal).toHaveTextContent("Already rejected by maria");
  expect(refusal).toHaveTextContent("Line 2 is closed.");
  expect(screen.queryByTestId("decision-confirm")).not.toBeInTheDocument();
  expect(within(await row()).getByText("Rejected")).toBeInTheDocument();
});

it("keeps the note when the server fails, to be sent again", async () => {
  const { user } = open();
  server.use(http.post("/api/recommendations/1/reject", () => problem(503, "busy", "Too busy.")));
  await user.click(within(await row()).getByTestId("reject"));
  await user.type(screen.getByTestId("decision-note"), "Not now");
  await user.click(screen.getByTestId("decision-confirm"));
  expect(await screen.findByRole("alert")).toHaveTextContent("Too busy.");
  expect(screen.getByTestId("decision-note")).toHaveValue("Not now");
  expect(screen.getByTestId("decision-confirm")).toBeEnabled();
});

it("shows the decision of somebody else as it arrives", async () => {
  const { streams, goLive } = open();
  await goLive();
  streams.recommendations.latest.send(events({ seq: 11, data: decided({ decided_by: "maria" }) }));
  expect(await within(await row()).findByText("by maria")).toBeInTheDocument();
  expect(within(await row()).queryByTestId("undo")).not.toBeInTheDocument();
});

it("offers undo to who has just decided", async () => {
  const { user } = open({ recommendations: [decided()] });
  server.use(
    http.post("/api/recommendations/1/undo", () => HttpResponse.json(recommendationRow({ version: 3 }))),
  );
  await user.click(await within(await row()).findByTestId("undo"));
  expect(await within(await row()).findByText("Pending")).toBeInTheDocument();
});

it("counts down to the moment that the server names, by the server's clock", () => {
  const at = Date.parse("2026-11-23T04:00:00Z");
  const recommendation = parseRecommendation(decided({ undo_until: "2026-11-23T04:02:00Z" }));
  const left = [0, 1_000, 119_999, 120_000, 900_000].map((ms) => undoSecondsLeft(recommendation, at + ms));
  expect(left).toEqual([120, 119, 1, 0, 0]);
});

it.each([
  ["that cannot be taken back", decided({ undo_until: null })],
  ["whose time is over", decided({ undo_until: "2026-11-23T04:00:00Z" })],
  ["of somebody else", decided({ decided_by: "maria" })],
])("offers no undo of a decision %s", async (_, recommendation) => {
  open({ recommendations: [recommendation] });
  expect(await within(await row()).findByText("Approved")).toBeInTheDocument();
  expect(within(await row()).queryByTestId("undo")).not.toBeInTheDocument();
});

it("offers nothing to those who may only look", async () => {
  open({ permissions: ["hotspots.view_hotspot"] });
  expect(within(await row()).queryByTestId("approve")).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /^Acknowledge/ })).not.toBeInTheDocument();
});
