import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { parseHistory } from "../../src/shared/history";
import { parsePoints } from "../../src/services/rows/points";
import { chartData } from "../../src/shared/chart/data";
import { open, problem } from "../support/emberwatch";
import { hotspotRow, recommendationRow } from "../support/rows";
import { server } from "../support/server";
import { events } from "../support/streamServer";

const openDetail = (world: Parameters<typeof open>[0] = {}) => {
  window.history.replaceState(null, "", "/?hotspot=1");
  return open(world);
};
const detail = () => screen.findByTestId("hotspot-detail");

it("shows sentence, evidence, alerts and cited advice", async () => {
  openDetail();
  const drawer = within(await detail());
  expect(await drawer.findByText("122 kWh where 80 was expected.")).toBeInTheDocument();
  expect(drawer.getByText("Wednesday 09:00")).toBeInTheDocument();
  expect(await drawer.findByTestId("detail-alert-1")).toBeInTheDocument();
  expect(await drawer.findByText("Stagger batch loads by 30 minutes.")).toBeInTheDocument();
  const source = drawer.getByRole("link", { name: /Load shifting/ });
  expect(source).toHaveAttribute("href", "https://example.org/shift");
});

it("makes no link of a citation that is no web address", async () => {
  const citations = [{ document: "d", title: "Trick", section: "", quote: "q", url: "javascript:alert(1)" }];
  openDetail({ recommendations: [recommendationRow({ citations })] });
  const drawer = within(await detail());
  expect(await drawer.findByText("Trick")).toBeInTheDocument();
  expect(drawer.queryByRole("link", { name: /Trick/ })).not.toBeInTheDocument();
});

it("acknowledges and shows the new status at once", async () => {
  const { user } = openDetail();
  server.use(
    http.post("/api/hotspots/1/acknowledge", () =>
      HttpResponse.json(hotspotRow({ version: 2, status: "acknowledged" })),
    ),
  );
  const drawer = within(await detail());
  await user.click(await drawer.findByTestId("acknowledge"));
  expect(await drawer.findByText("Acknowledged")).toBeInTheDocument();
  expect(drawer.queryByTestId("acknowledge")).not.toBeInTheDocument();
});

it("labels a false positive", async () => {
  const { user } = openDetail();
  const sent: unknown[] = [];
  server.use(
    http.post("/api/hotspots/1/label", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(hotspotRow({ version: 2, label: "false_positive" }));
    }),
  );
  const button = await within(await detail()).findByRole("button", { name: "False positive" });
  await user.click(button);
  await waitFor(() => expect(button).toHaveAttribute("aria-pressed", "true"));
  expect(sent).toEqual([{ label: "false_positive" }]);
});

it("tells in a toast why an action was refused", async () => {
  const { user } = openDetail();
  server.use(http.post("/api/hotspots/1/resolve", () => problem(409, "illegal_state", "It is ignored.")));
  await user.click(await within(await detail()).findByTestId("resolve"));
  expect(await screen.findByTestId("toast")).toHaveTextContent("It is ignored.");
});

it("reads the series again when the hotspot changes", async () => {
  let asked = 0;
  const { streams, goLive } = openDetail({
    handlers: [
      http.get("/api/hotspots/1/series", () => {
        asked++;
        return HttpResponse.json({ points: [] });
      }),
    ],
  });
  await goLive();
  await waitFor(() => expect(asked).toBeGreaterThan(0));
  const before = asked;
  streams.hotspots.latest.send(events({ seq: 11, data: hotspotRow({ version: 2 }) }));
  await waitFor(() => expect(asked).toBeGreaterThan(before));
});

it("says so when there is no such hotspot", async () => {
  openDetail({
    hotspots: [],
    handlers: [http.get("/api/hotspots/1", () => problem(404, "not_found", "There is no such hotspot."))],
  });
  expect(await within(await detail()).findByRole("alert")).toHaveTextContent("There is no such hotspot.");
});

it("marks the anomalous readings of a chart, in the order of time", () => {
  const points = parsePoints([
    { time: "2026-11-23T04:01:00Z", value: 9, expected: 5, lower: 4, upper: 6, score: 0.5 },
    { time: "2026-11-23T04:00:00Z", value: 5, expected: 5, lower: 4, upper: 6, score: 0 },
    { time: "never", value: 1 },
  ]);
  const [time, , , , value, anomaly] = chartData({ points, unit: "kWh", threshold: 0.168 });
  expect(time).toEqual([1795406400, 1795406460]);
  expect(value).toEqual([5, 9]);
  expect(anomaly).toEqual([null, 9]);
});

it("puts changes of the history into words", () => {
  const changes = [
    { status: { from: "open", to: "resolved" }, label: { from: "", to: "true_positive" } },
    { evidence: { from: { n: 1 }, to: { n: 2 } } },
  ];
  const results = changes.map((change) => ({ by: "maria", via: "api", change: "changed", changes: change }));
  results.push({ by: "maria", via: "engine", change: "created", changes: {} as never });
  expect(parseHistory({ results }).map((entry) => entry.changes)).toEqual([
    ["status: open → resolved", "label: none → true positive"],
    ["evidence changed"],
    ["created"],
  ]);
});
