import { screen, waitFor, within } from "@testing-library/react";
import { connectionState, open } from "../support/emberwatch";
import { ago, alertRow, DAY, HOUR, hotspotRow } from "../support/rows";
import { events } from "../support/streamServer";

it("says connecting until all three streams are live, and tells when one is lost", async () => {
  const { streams, goLive } = open();
  await screen.findByTestId("row-hotspot-1");
  expect(connectionState()).toBe("connecting");
  await goLive();
  vi.spyOn(Math, "random").mockReturnValue(1);
  streams.alerts.latest.close(1001);
  await waitFor(() => expect(connectionState()).toBe("reconnecting"));
  expect(screen.getByText(/Reconnecting in 1 s/)).toBeInTheDocument();
});

it("shows a row as it arrives and as it changes", async () => {
  const { streams, goLive } = open({ hotspots: [] });
  await goLive();
  expect(screen.getByText("No hotspots")).toBeInTheDocument();
  streams.hotspots.latest.send(events({ seq: 11, data: hotspotRow({ id: 5 }) }));
  const row = await screen.findByTestId("row-hotspot-5");
  const resolved = hotspotRow({ id: 5, version: 2, status: "resolved" });
  streams.hotspots.latest.send(events({ seq: 12, data: resolved }));
  expect(await within(row).findByText("Resolved")).toBeInTheDocument();
});

it("makes one toast of a critical hotspot and its alert, which opens the hotspot", async () => {
  const { user, streams, goLive } = open();
  await goLive();
  const critical = hotspotRow({ version: 2, severity: "critical", last_seen_at: ago(0) });
  streams.hotspots.latest.send(events({ seq: 11, data: critical }));
  streams.alerts.latest.send(events({ seq: 11, data: alertRow({ id: 2, level: "critical" }) }));
  await screen.findByTestId("row-alert-2");
  const toast = screen.getByTestId("toast");
  await user.click(within(toast).getByRole("link"));
  expect(await screen.findByTestId("hotspot-detail")).toBeInTheDocument();
  expect(screen.queryByTestId("toast")).not.toBeInTheDocument();
});

it("stacks at most three toasts and counts the others", async () => {
  const { user, streams, goLive } = open({ hotspots: [] });
  await goLive();
  const rows = [1, 2, 3, 4, 5].map((id) => ({
    seq: 10 + id,
    data: hotspotRow({ id, severity: "critical", last_seen_at: ago(0) }),
  }));
  streams.hotspots.latest.send(events(...rows));
  expect(await screen.findAllByTestId("toast")).toHaveLength(3);
  await user.click(screen.getByRole("button", { name: "2 more, dismiss all" }));
  expect(screen.queryByTestId("toast")).not.toBeInTheDocument();
});

it("makes no toast of history that is loaded, but of a finding that goes on and gets worse", async () => {
  const { streams, goLive } = open({ hotspots: [], alerts: [] });
  await goLive();
  const old = hotspotRow({ severity: "critical", opened_at: ago(100 * DAY), last_seen_at: ago(99 * DAY) });
  streams.hotspots.latest.send(events({ seq: 11, data: old }));
  streams.alerts.latest.send(events({ seq: 11, data: alertRow({ level: "critical" }) }));
  await screen.findByTestId("row-hotspot-1");
  await screen.findByTestId("row-alert-1");
  expect(screen.queryByTestId("toast")).not.toBeInTheDocument();
  const worse = hotspotRow({ id: 2, severity: "critical", opened_at: ago(DAY), last_seen_at: ago(HOUR) });
  streams.hotspots.latest.send(events({ seq: 12, data: worse }));
  expect(await screen.findByTestId("toast")).toHaveTextContent("Critical: Northgate Steelworks");
});

it("makes no toast of what the snapshot already had", async () => {
  const { goLive } = open({ hotspots: [hotspotRow({ severity: "critical", last_seen_at: ago(0) })] });
  await goLive();
  expect(screen.queryByTestId("toast")).not.toBeInTheDocument();
});

it("marks simulated rows, and the page when nothing else is shown", async () => {
  const simulated = { simulated: true };
  const { streams, goLive } = open({
    hotspots: [hotspotRow(simulated)],
    alerts: [alertRow(simulated)],
    recommendations: [],
  });
  await goLive();
  expect(screen.getByText("Simulated data")).toBeInTheDocument();
  expect(within(screen.getByTestId("row-hotspot-1")).getByText("Simulated")).toBeInTheDocument();
  streams.hotspots.latest.send(events({ seq: 11, data: hotspotRow({ id: 2 }) }));
  await waitFor(() => expect(screen.queryByText("Simulated data")).not.toBeInTheDocument());
});

it("shows the server's totals", async () => {
  open();
  const total = await screen.findByText("Open hotspots");
  await waitFor(() => expect(total.nextElementSibling).toHaveTextContent("7"));
  expect(screen.getByTitle(/one reading or target’s period.*over time is not known/)).toHaveTextContent("Approved reduction12");
});
