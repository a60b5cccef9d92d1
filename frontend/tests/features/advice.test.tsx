import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { arithmeticSteps } from "../../src/features/recommendations/arithmetic";
import { making } from "../../src/features/recommendations/making";
import { parseRecommendation } from "../../src/services/rows/recommendation";
import { open, problem } from "../support/emberwatch";
import { hotspotRow, playbookRow, recommendationRow } from "../support/rows";

const READER = ["hotspots.view_hotspot", "recommendations.view_playbook"];
const APPROVER = [...READER, "recommendations.decide_recommendation", "recommendations.change_recommendation"];

/** The card of one recommendation in the detail of its hotspot. */
async function openCard(change: object, world: Parameters<typeof open>[0] = {}) {
  window.history.replaceState(null, "", "/?hotspot=1");
  const opened = open({ permissions: READER, recommendations: [recommendationRow(change)], ...world });
  const drawer = within(await screen.findByTestId("hotspot-detail"));
  return { ...opened, card: await drawer.findByTestId("card-recommendation-1") };
}

it("tells the cause first, then the action, then how it was reckoned, step by step", async () => {
  const { card } = await openCard({
    predicted_reduction: 3.36,
    arithmetic: "8 % to 12 % of 42 kWh (122 - 80) = 3.36 to 5.04 kWh; counted: the lower, if both start together.",
  });
  const names = within(card).getAllByRole("heading", { level: 5 }).map((heading) => heading.textContent);
  expect(names.slice(0, 4)).toEqual(["Likely cause", "Action", "Why it helps", "Effect"]);
  const steps = within(within(card).getByRole("list", { name: /worked out/ })).getAllByRole("listitem");
  expect(steps.map((step) => step.textContent)).toEqual([
    "What is above the expected 122 − 80 = 42 kWh",
    "The source says 8 % to 12 %",
    "Reduction 8 % to 12 % of 42 kWh = 3.36 to 5.04 kWh; the lower one is counted",
    "Holds only if both start together",
  ]);
  expect(within(card).getByText("−3.36 kWh per such reading")).toBeInTheDocument();
});

it.each([
  [{}, "−3.36 kWh per such reading"],
  [{ period: null }, "−3.36 kWh per such reading"],
  [{ period: "reading" }, "−3.36 kWh per such reading"],
  [{ period: "hour" }, "−3.36 kWh in that hour"],
  [{ period: "month" }, "−3.36 kWh in that month"],
])("says of what an amount is, in the row and in the card: %o", async (evidence, amount) => {
  const { card } = await openCard({ predicted_reduction: 3.36 }, { hotspots: [hotspotRow({ evidence })] });
  expect(within(card).getByText(amount)).toBeInTheDocument();
  expect(within(screen.getByTestId("row-recommendation-1")).getByText(amount)).toBeInTheDocument();
});

it("leaves an arithmetic whole that it cannot take apart", () => {
  const sentence = "No amount is computed: the playbook has no figure for this measure.";
  expect(arithmeticSteps(sentence)).toEqual([{ name: "", figures: sentence }]);
  expect(arithmeticSteps("")).toEqual([]);
  const structural = "65.2 % of 300 kg = 195.6 kg, if the load is below 1.5 t. The distances are not known.";
  expect(arithmeticSteps(structural).map(({ name, figures }) => `${name}: ${figures}`)).toEqual([
    "What it applies to: all that was measured: 300 kg",
    "The source says: 65.2 %",
    "Reduction: 65.2 % of 300 kg = 195.6 kg",
    "Holds only if: the load is below 1.5 t",
    "Not taken in: The distances are not known.",
  ]);
});

it.each([
  [true, 1],
  [false, 0],
])("leaves it to the server what is barely near enough: %s", async (low, count) => {
  const { card } = await openCard({ low_confidence: low, confidence: low ? 0.9 : 0.01 });
  expect(within(card).queryAllByText("Low confidence")).toHaveLength(count);
});

it("leads from a quote to its passage and to its outside source", async () => {
  const { card } = await openCard({});
  const [passage, source] = within(card).getAllByRole("link");
  expect(passage).toHaveAccessibleName("Peak shift · What to do");
  const address = new URL(passage?.getAttribute("href") ?? "", window.location.href).searchParams;
  expect(Object.fromEntries(address)).toEqual({
    page: "playbooks",
    playbook: "peak-shift",
    section: "What to do",
    quote: "Stagger batch loads by 30 minutes.",
  });
  expect(source).toHaveAttribute("href", "https://example.org/shift");
});

it("comes back from a passage to the link that led there", async () => {
  const served = [
    http.get("/api/playbooks", () => HttpResponse.json({ results: [playbookRow()], next: null })),
    http.get("/api/playbooks/:slug", () => HttpResponse.json(playbookRow())),
  ];
  const { user, card } = await openCard({}, { handlers: served });
  await user.click(within(card).getByRole("link", { name: "Peak shift · What to do" }));
  await screen.findByTestId("passage-what-to-do");
  window.history.back();
  const again = within(await screen.findByTestId("card-recommendation-1"));
  expect(again.getByRole("link", { name: "Peak shift · What to do" })).toHaveFocus();
});

it("links no passage for those who may not read playbooks", async () => {
  const { card } = await openCard({}, { permissions: ["hotspots.view_hotspot"] });
  expect(within(card).getAllByRole("link")).toHaveLength(1);
  expect(within(card).getByText("Peak shift · What to do")).toBeInTheDocument();
});

it.each([
  [{ retriever: "hybrid" }, /by their meaning and by their words.*without a language model/],
  [{ generator: "llm:small" }, /The language model small worded it; every number and quote was checked/],
  [{ fallback_reason: "timeout" }, /was not used: it did not answer in time\./],
  [{ fallback_reason: "not_grounded" }, /was not used: it said something that the passages do not say\./],
  [{ fallback_reason: "gremlins" }, /was not used: gremlins\./],
])("says in plain words how it was made: %o", (change, words) => {
  expect(making(parseRecommendation(recommendationRow(change))).join(" ")).toMatch(words);
});

it("keeps who edited it from approving it where four eyes are asked for", async () => {
  const change = { four_eyes: true, edited_by: "approver", edited_at: "2026-11-23T05:00:00Z" };
  const { card } = await openCard(change, { permissions: APPROVER });
  expect(within(card).getByTestId("edited")).toHaveTextContent("You edited this: somebody else has to approve.");
  expect(within(card).getByTestId("approve")).toBeDisabled();
  expect(within(card).getByTestId("reject")).toBeEnabled();
});

it("lets anybody else approve what was edited, and says who edited it", async () => {
  const { card } = await openCard({ four_eyes: true, edited_by: "maria" }, { permissions: APPROVER });
  expect(within(card).getByTestId("edited")).toHaveTextContent("Edited by maria: anybody else may approve it.");
  expect(within(card).getByTestId("approve")).toBeEnabled();
});

it("lays what was realised beside what was predicted", async () => {
  const decided = { status: "implemented", decided_by: "maria", decided_at: "2026-11-23T05:00:00Z" };
  const { card } = await openCard({ ...decided, predicted_reduction: 40, realised_reduction: 30 });
  const outcome = within(card).getByTestId("realised-outcome");
  expect(outcome).toHaveTextContent("Predicted40 kWh per such reading");
  expect(outcome).toHaveTextContent("Realised30 kWh per such reading");
  expect(outcome).toHaveTextContent("75 % of the prediction");
  expect(within(outcome).getByRole("img")).toHaveAccessibleName("Predicted 40 kWh, realised 30 kWh");
});

it("says that nobody measured it", async () => {
  const decided = { status: "implemented", decided_by: "maria", decided_at: "2026-11-23T05:00:00Z" };
  const { card } = await openCard({ ...decided, predicted_reduction: 40 });
  expect(within(card).getByTestId("realised-outcome")).toHaveTextContent("not measured");
});

it.each([
  ["none", "The data is in doubt.", "No recommendation: The data is in doubt."],
  ["failed", "Gave up after 5 attempts.", "Searching the playbooks failed. Gave up after 5 attempts."],
  ["pending", "", "The playbooks are being searched…"],
])("says why a hotspot has no advice: %s", async (advice, reason, sentence) => {
  window.history.replaceState(null, "", "/?hotspot=1");
  open({ hotspots: [hotspotRow({ advice, advice_reason: reason })], recommendations: [] });
  expect(await screen.findByTestId("no-advice")).toHaveTextContent(sentence);
});

it("says that the recommendations could not be loaded, and tries again", async () => {
  window.history.replaceState(null, "", "/?hotspot=1");
  let away = true;
  const { user } = open({
    recommendations: [],
    handlers: [
      http.get("/api/recommendations", ({ request }) => {
        if (!new URL(request.url).searchParams.has("hotspot_id")) return undefined;
        if (away) return problem(403, "not_permitted", "You may not.");
        return HttpResponse.json({ results: [recommendationRow()], next: null, seq: 10 });
      }),
    ],
  });
  const drawer = within(await screen.findByTestId("hotspot-detail"));
  expect(await drawer.findByText("The recommendations could not be loaded")).toBeInTheDocument();
  expect(drawer.queryByTestId("no-advice")).not.toBeInTheDocument();
  away = false;
  await user.click(drawer.getByRole("button", { name: "Try again" }));
  expect(await drawer.findByTestId("card-recommendation-1")).toBeInTheDocument();
});

it("reads the history when it is opened: who, from where, what, and its place in the chain", async () => {
  const entry = {
    at: "2026-11-23T05:00:00Z",
    by: "maria",
    via: "api",
    change: "changed",
    changes: {
      status: { from: "pending", to: "approved" },
      action: { from: "Start the second furnace 40 minutes later.", to: "Start the second furnace an hour later, not at once." },
    },
    position: 17,
  };
  let asked = 0;
  const history = http.get("/api/recommendations/1/history", () => {
    asked += 1;
    return HttpResponse.json({ results: [entry], next: null });
  });
  const { card, user } = await openCard({}, { handlers: [history] });
  expect(asked).toBe(0);
  await user.click(within(card).getByText("History"));
  const shown = await within(card).findByRole("listitem");
  expect(shown).toHaveTextContent("mariavia api");
  expect(shown).toHaveTextContent("status: pending → approved · action changed");
  expect(shown).toHaveTextContent("Entry 17 of the chain");
  await user.click(within(shown).getByText("The action, before and after"));
  expect(shown).toHaveTextContent("Start the second furnace an hour later, not at once.");
});
