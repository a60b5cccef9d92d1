import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { open, problem } from "../support/emberwatch";
import { backtestRow, hotspotRow, seriesRow } from "../support/rows";

const PERMISSIONS = ["hotspots.view_hotspot", "hotspots.view_series", "hotspots.change_series"];
const page = (...results: object[]) => HttpResponse.json({ results, next: null });

/** A series whose changes are kept, and what was sent to it. */
function openSeries(row: object = seriesRow(), permissions: readonly string[] = PERMISSIONS) {
  const sent: [string, unknown][] = [];
  const keep = async (path: string, request: Request, answer: object) => {
    sent.push([path, await request.json()]);
    return HttpResponse.json(answer);
  };
  window.history.replaceState(null, "", "/?page=series&series=1");
  const world = open({
    permissions,
    handlers: [
      http.get("/api/series", () => page(row)),
      http.get("/api/series/1", () => HttpResponse.json(row)),
      http.get("/api/series/1/points", () =>
        HttpResponse.json({ unit: "kWh", resolution_seconds: 0, points: [] }),
      ),
      http.get("/api/series/1/history", () => page()),
      http.post("/api/series/1/backtest", ({ request }) => keep("backtest", request, backtestRow())),
      http.patch("/api/series/1", ({ request }) => keep("series", request, seriesRow({ threshold: 0.5 }))),
      http.post("/api/series/1/freeze", ({ request }) =>
        keep("freeze", request, seriesRow({ frozen_until: "2026-11-30T04:00:00Z" })),
      ),
    ],
  });
  return { ...world, sent };
}

it("lets a threshold be saved once its back-test was seen, and not after it was changed again", async () => {
  const { user, sent } = openSeries();
  const save = await screen.findByTestId("tuning-save");
  const threshold = screen.getByTestId("threshold");
  expect(save).toBeDisabled();
  await user.clear(threshold);
  await user.type(threshold, "0.5");
  expect(save).toBeDisabled();
  await user.click(screen.getByTestId("backtest"));
  const result = await screen.findByTestId("backtest-result");
  expect(result).toHaveTextContent("2 hotspots would be gone");
  expect(save).toBeEnabled();
  await user.type(threshold, "5");
  expect(save).toBeDisabled();
  expect(result).toHaveAttribute("data-outdated");
  await user.type(threshold, "{Backspace}");
  await user.click(save);
  await waitFor(() => expect(sent).toContainEqual(["series", { threshold: 0.5 }]));
  expect(sent[0]).toEqual(["backtest", { days: 90, threshold: 0.5 }]);
  expect(await screen.findByTestId("toast")).toHaveTextContent("Saved");
});

it("does not try what is no threshold", async () => {
  const { user } = openSeries();
  const threshold = await screen.findByTestId("threshold");
  await user.clear(threshold);
  await user.type(threshold, "11");
  expect(threshold).toHaveAttribute("aria-invalid", "true");
  expect(screen.getByTestId("backtest")).toBeDisabled();
});

it("keeps the old normal for the days that are chosen, once that is confirmed", async () => {
  const { user, sent } = openSeries();
  await user.click(await screen.findByTestId("freeze"));
  expect(sent).toEqual([]);
  await user.selectOptions(screen.getByRole("combobox", { name: "For how long" }), "3");
  await user.click(screen.getByTestId("confirm"));
  await waitFor(() => expect(sent).toEqual([["freeze", { days: 3 }]]));
});

it("learns again by itself when the freeze is over", async () => {
  openSeries(seriesRow({ frozen_until: "2020-01-01T00:00:00Z" }));
  expect(await screen.findByTestId("freeze")).toBeInTheDocument();
  expect(screen.queryByText(/Frozen/)).not.toBeInTheDocument();
});

it("offers to learn again while it is frozen", async () => {
  openSeries(seriesRow({ frozen_until: "2199-01-01T00:00:00Z" }));
  expect(await screen.findByTestId("unfreeze")).toBeInTheDocument();
  expect(screen.queryByTestId("freeze")).not.toBeInTheDocument();
});

it("offers a rebuild only when readings came too late to be learned", async () => {
  openSeries(seriesRow({ rebuild_offered: true }));
  expect(await screen.findByTestId("rebuild")).toBeInTheDocument();
  cleanup();
  openSeries();
  expect(await screen.findByTestId("accept")).toBeInTheDocument();
  expect(screen.queryByTestId("rebuild")).not.toBeInTheDocument();
});

it("offers no change to those who may only look", async () => {
  openSeries(seriesRow(), ["hotspots.view_hotspot", "hotspots.view_series"]);
  expect(await screen.findByTestId("backtest")).toBeInTheDocument();
  expect(screen.queryByTestId("tuning-save")).not.toBeInTheDocument();
  expect(screen.queryByTestId("accept")).not.toBeInTheDocument();
});

it("says why there is no such series", async () => {
  window.history.replaceState(null, "", "/?page=series&series=5");
  open({
    permissions: PERMISSIONS,
    handlers: [
      http.get("/api/series", () => page()),
      http.get("/api/series/5", () => problem(404, "not_found", "There is no series 5.")),
    ],
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no series 5.");
});

it("leads from a hotspot to its series", async () => {
  window.history.replaceState(null, "", "/?hotspot=1");
  const { user } = open({
    permissions: PERMISSIONS,
    hotspots: [hotspotRow({ incident_id: null }), hotspotRow({ id: 2, metric: "co2e", incident_id: 1 })],
    handlers: [http.get("/api/series", () => page(seriesRow({ id: 3 })))],
  });
  const drawer = within(await screen.findByTestId("hotspot-detail"));
  expect(await drawer.findByTestId("hotspot-why")).toHaveTextContent(
    "Expected between 70 and 95 kWh; it was 27 kWh above.",
  );
  expect(await drawer.findByTestId("incident")).toHaveTextContent("co2e");
  const link = await drawer.findByTestId("to-series");
  expect(link).toHaveAttribute("href", "/?page=series&series=3&q=Northgate+Steelworks");
  await user.click(drawer.getByRole("link", { name: "co2e" }));
  expect(window.location.search).toBe("?hotspot=2");
});
