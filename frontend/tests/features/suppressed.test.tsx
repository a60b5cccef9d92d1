import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { open } from "../support/emberwatch";
import { ago, alertRow, hotspotRow } from "../support/rows";
import { events } from "../support/streamServer";

const rowsOf = (pane: string) =>
  [...screen.getByTestId(`pane-${pane}`).querySelectorAll(".rows > li")].map(
    (row) => (row as HTMLElement).dataset["testid"],
  );
const HIDDEN = hotspotRow({ id: 1, severity: "critical", suppressed_by: "silence 2: boiler service" });

it("shows what hides a hotspot, and puts it behind those that ask", async () => {
  open({ hotspots: [HIDDEN, hotspotRow({ id: 2, severity: "info" })] });
  const row = await screen.findByTestId("row-hotspot-1");
  expect(row).toHaveTextContent("silence 2: boiler service");
  expect(row).toHaveAttribute("data-muted");
  expect(rowsOf("hotspots")).toEqual(["row-hotspot-2", "row-hotspot-1"]);
});

it("leaves suppressed rows out on request, and keeps that in the address", async () => {
  const { user } = open({
    hotspots: [HIDDEN, hotspotRow({ id: 2 })],
    alerts: [alertRow({ suppressed_by: "silence 2: boiler service" })],
  });
  await screen.findByTestId("row-hotspot-1");
  await user.click(screen.getByRole("checkbox", { name: "Show suppressed" }));
  expect(rowsOf("hotspots")).toEqual(["row-hotspot-2"]);
  expect(rowsOf("alerts")).toEqual([]);
  expect(window.location.search).toBe("?suppressed=hide");
});

it("announces nothing that is hidden, until it is not any more", async () => {
  const { streams, goLive } = open({ hotspots: [], alerts: [] });
  await goLive();
  streams.hotspots.latest.send(events({ seq: 11, data: HIDDEN }));
  await screen.findByTestId("row-hotspot-1");
  expect(screen.queryByTestId("toast")).not.toBeInTheDocument();
  const awake = { ...HIDDEN, version: 2, suppressed_by: "", last_seen_at: ago(0) };
  streams.hotspots.latest.send(events({ seq: 12, data: awake }));
  expect(await screen.findByTestId("toast")).toHaveTextContent("Critical: Northgate Steelworks");
});

describe("a storm", () => {
  const STORM = alertRow({ id: 9, hotspot_id: null, entity: "", hotspots: 3, message: "3 hotspots in 5 s." });
  const member = (id: number) =>
    alertRow({ id, hotspot_id: id, entity: `Site ${id}`, storm_id: 9, suppressed_by: "storm 9" });

  it("is one row that opens to its members", async () => {
    const members = http.get("/api/alerts", ({ request }) =>
      new URL(request.url).searchParams.has("storm_id")
        ? HttpResponse.json({ results: [member(1), member(2)], next: null, seq: 10 })
        : undefined,
    );
    const { user } = open({ alerts: [STORM, member(1), alertRow({ id: 5 })], handlers: [members] });
    const row = await screen.findByTestId("row-alert-9");
    expect(row).toHaveTextContent("Storm of 3 hotspots");
    expect(rowsOf("alerts").toSorted()).toEqual(["row-alert-5", "row-alert-9"]);
    const button = within(row).getByTestId("storm-members");
    expect(button).toHaveAttribute("aria-expanded", "false");
    await user.click(button);
    expect(await within(row).findByTestId("member-alert-2")).toHaveTextContent("Site 2");
    expect(within(row).getByText("1 more are not on this page.")).toBeInTheDocument();
    await user.click(within(row).getByRole("link", { name: "Site 1" }));
    expect(window.location.search).toBe("?hotspot=1");
  });

  it("shows its members by themselves where a filter leaves it out", async () => {
    window.history.replaceState(null, "", "/?entity=site");
    open({ alerts: [STORM, member(1)] });
    await screen.findByTestId("row-alert-1");
    expect(rowsOf("alerts")).toEqual(["row-alert-1"]);
  });

  it("is told from what hides by somebody's wish, in words", async () => {
    window.history.replaceState(null, "", "/?entity=site");
    open({ alerts: [member(1)] });
    const chip = within(await screen.findByTestId("row-alert-1")).getByText("Part of a storm");
    expect(chip).toHaveAttribute("title", expect.stringMatching(/Many hotspots opened at once.*one alert \(storm 9\)/));
  });

  it("is announced once", async () => {
    const { streams, goLive } = open({ alerts: [] });
    await goLive();
    streams.alerts.latest.send(events({ seq: 11, event: "alert.created", data: STORM }));
    expect(await screen.findByTestId("toast")).toHaveTextContent("Storm of 3 hotspots");
  });
});
