import { screen, within } from "@testing-library/react";
import { http } from "msw";
import { open, problem } from "../support/emberwatch";
import { alertRow, hotspotRow, recommendationRow } from "../support/rows";

const rowsOf = (pane: string) =>
  [...screen.getByTestId(`pane-${pane}`).querySelectorAll("li")].map((row) => row.dataset["testid"]);

const HOTSPOTS = [
  hotspotRow({ id: 1, severity: "info", created_at: "2026-11-23T05:00:00Z" }),
  hotspotRow({ id: 2, severity: "critical", status: "resolved", entity_type: "fleet" }),
  hotspotRow({ id: 3, severity: "warn", entity: "Halden Freight", entity_type: "fleet" }),
  hotspotRow({ id: 4, severity: "critical" }),
];

it("puts first what is open, then the most severe, then the newest", async () => {
  open({ hotspots: HOTSPOTS });
  await screen.findByTestId("row-hotspot-1");
  expect(rowsOf("hotspots")).toEqual(["row-hotspot-4", "row-hotspot-3", "row-hotspot-1", "row-hotspot-2"]);
});

it("puts the newest first on request", async () => {
  const { user } = open({ hotspots: HOTSPOTS });
  await screen.findByTestId("row-hotspot-1");
  await user.selectOptions(screen.getByRole("combobox", { name: "Order" }), "newest");
  expect(rowsOf("hotspots")[0]).toBe("row-hotspot-1");
  expect(window.location.search).toBe("?order=newest");
});

it.each(["severity", "newest"])("keeps the advice on one hotspot as it was written, best first: %s", async (order) => {
  window.history.replaceState(null, "", `/?order=${order}`);
  const written = ([id, hotspot_id]: readonly [number, number]) =>
    recommendationRow({ id, hotspot_id, created_at: `2026-11-23T05:00:0${id}Z` });
  open({
    hotspots: [hotspotRow({ id: 1 }), hotspotRow({ id: 2 })],
    recommendations: ([[1, 1], [2, 1], [3, 2], [4, 2]] as const).map(written),
  });
  await screen.findByTestId("row-recommendation-1");
  expect(rowsOf("recommendations")).toEqual([3, 4, 1, 2].map((id) => `row-recommendation-${id}`));
});

it("narrows all panes by severity; advice goes with its hotspot", async () => {
  const { user } = open({
    hotspots: HOTSPOTS,
    alerts: [alertRow({ id: 1, level: "critical" }), alertRow({ id: 2, level: "warn" })],
    recommendations: [
      recommendationRow({ id: 1, hotspot_id: 4 }),
      recommendationRow({ id: 2, hotspot_id: 3 }),
    ],
  });
  await screen.findByTestId("row-hotspot-1");
  await user.click(screen.getByRole("button", { name: "Critical" }));
  expect(rowsOf("hotspots")).toEqual(["row-hotspot-4", "row-hotspot-2"]);
  expect(rowsOf("alerts")).toEqual(["row-alert-1"]);
  expect(rowsOf("recommendations")).toEqual(["row-recommendation-1"]);
  expect(window.location.search).toBe("?severity=critical");
});

it("narrows by entity and by its type, and counts what is left", async () => {
  const { user } = open({ hotspots: HOTSPOTS });
  await screen.findByTestId("row-hotspot-1");
  await user.type(screen.getByRole("searchbox"), "halden");
  expect(rowsOf("hotspots")).toEqual(["row-hotspot-3"]);
  expect(within(screen.getByTestId("pane-hotspots")).getByText("1 of 4")).toBeInTheDocument();
  await user.selectOptions(screen.getByRole("combobox", { name: "Entity type" }), "site");
  expect(within(screen.getByTestId("pane-hotspots")).getByText("Nothing matches")).toBeInTheDocument();
});

it("takes its filters from the address", async () => {
  window.history.replaceState(null, "", "/?hotspots_status=resolved&type=fleet");
  open({ hotspots: HOTSPOTS });
  await screen.findByTestId("row-hotspot-2");
  expect(rowsOf("hotspots")).toEqual(["row-hotspot-2"]);
});

it("says on each button which alert it is for", async () => {
  const storm = alertRow({ id: 3, hotspot_id: null, entity: "", metric: "", hotspots: 4 });
  open({ alerts: [alertRow(), alertRow({ id: 2, level: "critical" }), storm] });
  await screen.findByTestId("row-alert-1");
  const names = within(screen.getByTestId("pane-alerts")).getAllByRole("button", { name: /^(Acknowledge|Resolve)/ });
  expect(names.map((button) => button.getAttribute("aria-label"))).toEqual([
    "Acknowledge: Critical alert for Northgate Steelworks, energy",
    "Resolve: Critical alert for Northgate Steelworks, energy",
    "Acknowledge: Storm of 4 hotspots",
    "Resolve: Storm of 4 hotspots",
    "Acknowledge: Warn alert for Northgate Steelworks, energy",
    "Resolve: Warn alert for Northgate Steelworks, energy",
  ]);
});

it("says on the buttons of a detail that they are for the hotspot", async () => {
  window.history.replaceState(null, "", "/?hotspot=1");
  open();
  const detail = within(await screen.findByTestId("hotspot-detail"));
  for (const [id, verb] of [["acknowledge", "Acknowledge"], ["resolve", "Resolve"], ["ignore", "Ignore"]] as const) {
    expect(await detail.findByTestId(id)).toHaveAccessibleName(`${verb}: hotspot of Northgate Steelworks, energy`);
  }
});

it("calls a severity by the word that the alert's sentence begins with", async () => {
  open({ alerts: [alertRow({ message: "Warn: energy of Northgate Steelworks is 122 kWh." })] });
  const row = within(await screen.findByTestId("row-alert-1"));
  expect(row.getByText(/^Warn:/)).toBeInTheDocument();
  expect(row.getByTitle("Warn")).toBeInTheDocument();
});

it("keeps a window of rows in the document", async () => {
  const { user } = open({ hotspots: Array.from({ length: 130 }, (_, id) => hotspotRow({ id: id + 1 })) });
  await screen.findByTestId("row-hotspot-130");
  expect(rowsOf("hotspots")).toHaveLength(60);
  await user.click(screen.getByRole("button", { name: "Show 60 more" }));
  expect(rowsOf("hotspots")).toHaveLength(120);
});

it("says why a pane could not be loaded while the others work, and tries again", async () => {
  let away = true;
  const alerts = http.get("/api/alerts", () =>
    away ? problem(503, "unavailable", "The database is away.") : undefined,
  );
  const { user } = open({ handlers: [alerts] });
  vi.spyOn(Math, "random").mockReturnValue(1);
  const pane = await screen.findByTestId("pane-alerts");
  expect(await within(pane).findByRole("alert")).toHaveTextContent("The database is away.");
  expect(await screen.findByTestId("row-hotspot-1")).toBeInTheDocument();
  away = false;
  await user.click(within(pane).getByRole("button", { name: "Try again" }));
  expect(await screen.findByTestId("row-alert-1")).toBeInTheDocument();
});

it("moves by keyboard, opens with Enter and closes with Escape", async () => {
  const { user } = open({ hotspots: HOTSPOTS });
  const first = await screen.findByTestId("row-hotspot-4");
  await user.keyboard("j");
  expect(first).toContainElement(document.activeElement as HTMLElement);
  await user.keyboard("jk{Enter}");
  expect(await screen.findByTestId("hotspot-detail")).toBeInTheDocument();
  expect(window.location.search).toBe("?hotspot=4");
  await user.keyboard("{Escape}");
  expect(screen.queryByTestId("hotspot-detail")).not.toBeInTheDocument();
});

it("goes to the filter with a slash and helps with a question mark", async () => {
  const { user } = open();
  await screen.findByTestId("row-hotspot-1");
  await user.keyboard("/");
  expect(screen.getByRole("searchbox")).toHaveFocus();
  await user.keyboard("{Escape}?");
  expect(screen.getByRole("dialog", { name: "Keyboard" })).toBeInTheDocument();
});
