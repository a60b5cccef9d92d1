import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { findQuote } from "../../src/features/playbooks/quoting";
import { open, problem } from "../support/emberwatch";
import { playbookRow } from "../support/rows";

const READER = ["hotspots.view_hotspot", "recommendations.view_playbook"];
const OTHER = playbookRow({
  slug: "house-rules",
  title: "House rules",
  origin: "document",
  applies_to: { entity_type: ["route"], metric: ["co2e"], sector: [], side: [] },
  effect: null,
  outcomes: { proposed: 0, units: [] },
});

/** The page of playbooks at an address, and the queries that the server got. */
function openPlaybooks(search: string, rows: object[] = [playbookRow(), OTHER], permissions = READER) {
  const queries: string[] = [];
  window.history.replaceState(null, "", `/?page=playbooks${search}`);
  const opened = open({
    permissions,
    handlers: [
      http.get("/api/playbooks", ({ request }) => {
        const { search: query, searchParams } = new URL(request.url);
        queries.push(query);
        const fits = (row: object) =>
          !searchParams.has("origin") || (row as { origin: string }).origin === searchParams.get("origin");
        return HttpResponse.json({ results: rows.filter(fits), next: null });
      }),
      http.get("/api/playbooks/:slug", ({ params }) => {
        const row = rows.find((candidate) => (candidate as { slug: string }).slug === params["slug"]);
        return row ? HttpResponse.json(row) : problem(404, "not_found", "There is no such playbook.");
      }),
    ],
  });
  return { ...opened, queries };
}

it("lists what there is, and what came of it", async () => {
  openPlaybooks("");
  const row = await screen.findByTestId("row-playbook-peak-shift");
  expect(row).toHaveTextContent("5 proposed · 1 approved · 1 rejected · 2 implemented");
  expect(row).toHaveTextContent("−8–12 %");
  expect(screen.getByTestId("row-playbook-house-rules")).toHaveTextContent("Never proposed yet");
  expect(screen.getByRole("link", { name: "Playbooks" })).toHaveAttribute("aria-current", "page");
});

it("asks the server to narrow the list; the address keeps how", async () => {
  const { user, queries } = openPlaybooks("");
  await screen.findByTestId("row-playbook-peak-shift");
  await user.selectOptions(screen.getByRole("combobox", { name: "Origin" }), "document");
  await waitFor(() => expect(screen.queryByTestId("row-playbook-peak-shift")).not.toBeInTheDocument());
  await user.selectOptions(screen.getByRole("combobox", { name: "Entity type" }), "route");
  await user.selectOptions(screen.getByRole("combobox", { name: "Metric" }), "co2e");
  await user.type(screen.getByTestId("playbook-search"), "rules");
  await waitFor(() => expect(queries).toContain("?q=rules&origin=document&entity_type=route&metric=co2e"));
  await user.click(screen.getByRole("link", { name: /House rules/ }));
  const address = Object.fromEntries(new URLSearchParams(window.location.search));
  expect(address).toMatchObject({ playbook: "house-rules", origin: "document", kind: "route", q: "rules" });
});

it("says that nothing matches", async () => {
  openPlaybooks("&origin=document", [playbookRow()]);
  expect(await screen.findByText("Nothing matches")).toBeInTheDocument();
});

it("shows passages, sources, effect and outcomes of one", async () => {
  openPlaybooks("&playbook=peak-shift");
  const detail = within(await screen.findByTestId("playbook-detail"));
  expect(detail.getByTestId("passage-signs")).toHaveTextContent("The meter jumps");
  expect(detail.getByRole("link", { name: "Peak loads" })).toHaveAttribute("href", "https://example.org/peaks");
  expect(detail.getByText("1 - 90 / 100 = 10.0 %")).toBeInTheDocument();
  expect(detail.getByTestId("outcome-counts")).toHaveTextContent("Proposed5Pending1Approved1Rejected1Implemented2");
  const sums = detail.getByTestId("reductions");
  expect(within(sums).getAllByRole("row")[1]).toHaveTextContent("2 measures80 kg60 kg75 %");
  expect(within(sums).getByRole("img")).toHaveAccessibleName("Predicted 80 kg, realised 60 kg");
  expect(detail.getByTestId("sums-of-what")).toHaveTextContent(
    "Each measure counts once, with the one reading or target’s period that it was proposed for: what they save over time is not known.",
  );
});

it("opens a citation at its section, with the quote pointed out", async () => {
  const scrolled = vi.fn();
  Element.prototype.scrollIntoView = function scrollIntoView() {
    scrolled(this.tagName, this.textContent);
  };
  openPlaybooks(`&playbook=peak-shift&section=What+to+do&quote=${encodeURIComponent("Stagger batch loads by 30 minutes.")}`);
  const cited = await screen.findByTestId("passage-what-to-do");
  expect(cited.querySelector("mark")?.textContent).toBe("Stagger batch loads by\n30 minutes.");
  expect(cited).toHaveFocus();
  expect(scrolled).toHaveBeenCalledWith("MARK", "Stagger batch loads by\n30 minutes.");
  expect(screen.getByTestId("passage-signs").querySelector("mark")).toBeNull();
  expect(screen.queryByTestId("quote-gone")).not.toBeInTheDocument();
});

it("says so when what was quoted does not stand there any more", async () => {
  openPlaybooks("&playbook=peak-shift&section=What+to+do&quote=Something+else");
  expect(await screen.findByTestId("quote-gone")).toHaveTextContent("“Something else”");
});

it("says so when there is no such playbook, and keeps the list at hand", async () => {
  openPlaybooks("&playbook=gone");
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such playbook.");
  expect(await screen.findByTestId("row-playbook-peak-shift")).toBeInTheDocument();
});

it("is no page of those who may not read it", async () => {
  openPlaybooks("", [], ["hotspots.view_hotspot"]);
  expect(await screen.findByTestId("pane-hotspots")).toBeInTheDocument();
  expect(screen.queryByTestId("page-playbooks")).not.toBeInTheDocument();
});

it("makes no link of a source that is no web address", async () => {
  const [source] = playbookRow().sources;
  openPlaybooks("&playbook=peak-shift", [playbookRow({ sources: [{ ...source, url: "javascript:alert(1)" }] })]);
  const detail = within(await screen.findByTestId("playbook-detail"));
  expect(detail.getByText("Peak loads")).toBeInTheDocument();
  expect(detail.queryByRole("link", { name: /Peak loads/ })).not.toBeInTheDocument();
});

it("finds a quote however its lines are broken, and takes its signs as they are", () => {
  expect(findQuote("It costs 3 (or 4)\n % more.", "3 (or 4) %")).toEqual({
    before: "It costs ",
    quote: "3 (or 4)\n %",
    after: " more.",
  });
  expect(findQuote("It costs 3.", "3,")).toBeNull();
  expect(findQuote("anything", " ")).toBeNull();
});
