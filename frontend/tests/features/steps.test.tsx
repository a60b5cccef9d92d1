import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { parseFinite } from "../../src/shared/numberField";
import { open, problem } from "../support/emberwatch";
import { hotspotRow, recommendationRow } from "../support/rows";
import { server } from "../support/server";

const APPROVER = [
  "hotspots.view_hotspot",
  "recommendations.view_playbook",
  "recommendations.decide_recommendation",
  "recommendations.change_recommendation",
];
const APPROVED = { status: "approved", decided_by: "maria", decided_at: "2026-11-23T05:00:00Z", version: 2 };

interface Sent {
  readonly body: unknown;
  readonly version: string | null;
}

/** Answers one route of recommendation 1 with what comes next; keeps what was sent. */
function serve(method: "post" | "patch", path: string, ...answers: (() => Response)[]): Sent[] {
  const sent: Sent[] = [];
  server.use(
    http[method](`/api/recommendations/1${path}`, async ({ request }) => {
      sent.push({ body: await request.json(), version: request.headers.get("If-Match") });
      return (answers[sent.length - 1] ?? answers.at(-1))?.();
    }),
  );
  return sent;
}

const serveRow = (row: object) => server.use(http.get("/api/recommendations/1", () => HttpResponse.json(row)));
const conflict = () => problem(412, "version_conflict", "It was changed meanwhile.");

async function openCard(change: object = {}) {
  window.history.replaceState(null, "", "/?hotspot=1");
  const opened = open({ permissions: APPROVER, recommendations: [recommendationRow(change)] });
  return { ...opened, card: within(await screen.findByTestId("card-recommendation-1")) };
}

it("decides about what was seen, and after a conflict about what it has become, once that was shown", async () => {
  const { user, card } = await openCard();
  const theirs = recommendationRow({ version: 4, action: "Start it an hour later.", edited_by: "maria" });
  const sent = serve("post", "/approve", conflict, () =>
    HttpResponse.json(recommendationRow({ ...APPROVED, version: 5 })),
  );
  serveRow(theirs);
  await user.click(card.getByTestId("approve"));
  await user.type(screen.getByTestId("decision-note"), "Agreed");
  await user.click(screen.getByTestId("decision-confirm"));
  const changed = await screen.findByTestId("changed-meanwhile");
  expect(changed).toHaveTextContent("ActionWhen you opened itStart the second furnace 40 minutes later.NowStart it an hour later.");
  expect(changed).toHaveTextContent("Edited byWhen you opened itnobodyNowmaria");
  expect(screen.getByTestId("decision-note")).toHaveValue("Agreed");
  await user.click(screen.getByRole("button", { name: "Approve as it is now" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(sent).toEqual([
    { body: { note: "Agreed" }, version: '"1"' },
    { body: { note: "Agreed" }, version: '"4"' },
  ]);
});

it("shows nothing of a decision before the server has answered", async () => {
  const { user } = await openCard();
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => (answer = resolve));
  server.use(
    http.post("/api/recommendations/1/approve", async () => {
      await waiting;
      return problem(503, "busy", "Too busy.");
    }),
  );
  const row = within(screen.getByTestId("row-recommendation-1"));
  await user.click(row.getByTestId("approve"));
  await user.click(screen.getByTestId("decision-confirm"));
  expect(row.getByText("Pending")).toBeInTheDocument();
  answer();
  expect(await screen.findByRole("alert")).toHaveTextContent("Too busy.");
  expect(row.getByText("Pending")).toBeInTheDocument();
});

it("notes what a measure brought, in the hotspot's unit", async () => {
  const { user, card } = await openCard({ ...APPROVED, predicted_reduction: 40 });
  const done = recommendationRow({ ...APPROVED, version: 3, status: "implemented", realised_reduction: 30.5 });
  const sent = serve("post", "/implemented", () => HttpResponse.json(done));
  await user.click(card.getByTestId("implement"));
  const form = within(await screen.findByTestId("implement-form"));
  const field = form.getByRole("textbox", { name: /^Measured reduction \(kWh per such reading\)/ });
  expect(field).toHaveAccessibleDescription(
    "How much lower a reading like that one is now. Predicted: 40 kWh per such reading. Below zero if it got worse.",
  );
  await user.click(form.getByTestId("implement-confirm"));
  expect(field).toBeInvalid();
  expect(sent).toEqual([]);
  await user.type(field, "30,5");
  await user.click(form.getByTestId("implement-confirm"));
  expect(await card.findByText("Implemented")).toBeInTheDocument();
  expect(sent).toEqual([{ body: { realised_reduction: 30.5 }, version: '"2"' }]);
});

it("asks for the total of a period where its target was missed", async () => {
  window.history.replaceState(null, "", "/?hotspot=1");
  const hotspots = [hotspotRow({ rule: "policy", reason: "target", evidence: { period: "day" } })];
  const { user } = open({ permissions: APPROVER, hotspots, recommendations: [recommendationRow(APPROVED)] });
  await user.click(within(await screen.findByTestId("card-recommendation-1")).getByTestId("implement"));
  const field = await screen.findByRole("textbox", { name: /^Measured reduction \(kWh in that day\)/ });
  expect(field).toHaveAccessibleDescription(
    "How much lower the total of a day like that one is now. No amount was predicted. Below zero if it got worse.",
  );
});

it("takes it for an answer that nobody measured it", async () => {
  const { user, card } = await openCard(APPROVED);
  const done = recommendationRow({ ...APPROVED, version: 3, status: "implemented" });
  const sent = serve("post", "/implemented", () => HttpResponse.json(done));
  await user.click(card.getByTestId("implement"));
  await user.click(await screen.findByRole("radio", { name: "Not measured" }));
  expect(screen.queryByTestId("realised")).not.toBeInTheDocument();
  await user.click(screen.getByTestId("implement-confirm"));
  await waitFor(() => expect(sent).toEqual([{ body: { realised_reduction: null }, version: '"2"' }]));
});

it.each([
  ["12", 12],
  ["-3.5", -3.5],
  ["−3,5", -3.5],
  ["1,000", null],
  ["1e9", null],
  ["", null],
  ["much", null],
])("reads %j as %s", (text, value) => expect(parseFinite(text)).toBe(value));

it("sends only what was edited", async () => {
  const { user, card } = await openCard();
  const sent = serve("patch", "", () => HttpResponse.json(recommendationRow({ version: 2, title: "Later", cost: "high" })));
  await user.click(card.getByTestId("edit"));
  const title = await screen.findByRole("textbox", { name: "Title" });
  await user.clear(title);
  await user.type(title, "Later");
  await user.selectOptions(screen.getByRole("combobox", { name: "Cost" }), "high");
  await user.click(screen.getByTestId("edit-save"));
  expect(await card.findByRole("heading", { name: "Later" })).toBeInTheDocument();
  expect(sent).toEqual([{ body: { title: "Later", cost: "high" }, version: '"1"' }]);
});

it("sends nothing when nothing was edited", async () => {
  const { user, card } = await openCard();
  await user.click(card.getByTestId("edit"));
  await user.click(await screen.findByTestId("edit-save"));
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
});

it("tells at the field which numbers the passages do not carry, and keeps what was typed", async () => {
  const { user, card } = await openCard();
  const detail = "The numbers 99 stand neither in the cited passages nor in the hotspot's data.";
  serve("patch", "", () => problem(400, "not_grounded", detail));
  await user.click(card.getByTestId("edit"));
  const action = await screen.findByRole("textbox", { name: "Action" });
  await user.type(action, " It saves 99 %.");
  await user.click(screen.getByTestId("edit-save"));
  expect(await screen.findByRole("alert")).toHaveTextContent(detail);
  expect(action).toBeInvalid();
  expect(action).toHaveAccessibleDescription(detail);
  expect(action).toHaveValue("Start the second furnace 40 minutes later. It saves 99 %.");
});

it("shows what changed before an edit is laid over it", async () => {
  const { user, card } = await openCard();
  const sent = serve("patch", "", conflict, () => HttpResponse.json(recommendationRow({ version: 5, title: "Mine" })));
  serveRow(recommendationRow({ version: 4, title: "Theirs" }));
  await user.click(card.getByTestId("edit"));
  const title = await screen.findByRole("textbox", { name: "Title" });
  await user.clear(title);
  await user.type(title, "Mine");
  await user.click(screen.getByTestId("edit-save"));
  expect(await screen.findByTestId("changed-meanwhile")).toHaveTextContent(
    "TitleWhen you opened itStagger the furnace preheatNowTheirs",
  );
  expect(title).toHaveValue("Mine");
  await user.click(screen.getByRole("button", { name: "Save mine over it" }));
  await waitFor(() => expect(sent.map(({ version }) => version)).toEqual(['"1"', '"4"']));
});

it("leaves to somebody else what only they edited", async () => {
  const { user, card } = await openCard();
  const sent = serve("patch", "", conflict, () => HttpResponse.json(recommendationRow({ version: 5 })));
  serveRow(recommendationRow({ version: 4, title: "Theirs" }));
  await user.click(card.getByTestId("edit"));
  await user.selectOptions(await screen.findByRole("combobox", { name: "Cost" }), "high");
  await user.click(screen.getByTestId("edit-save"));
  await screen.findByTestId("changed-meanwhile");
  expect(screen.getByRole("textbox", { name: "Title" })).toHaveValue("Theirs");
  await user.click(screen.getByRole("button", { name: "Save mine over it" }));
  await waitFor(() => expect(sent.map(({ body }) => body)).toEqual([{ cost: "high" }, { cost: "high" }]));
});

it("takes the focus from the button when something changed, so that a second press decides nothing", async () => {
  const { user, card } = await openCard();
  const sent = serve("post", "/approve", conflict);
  serveRow(recommendationRow({ version: 4, action: "Start it an hour later." }));
  await user.click(card.getByTestId("approve"));
  screen.getByTestId("decision-confirm").focus();
  await user.keyboard("{Enter}");
  expect(await screen.findByTestId("changed-meanwhile")).toHaveFocus();
  await user.keyboard("{Enter}");
  expect(sent).toHaveLength(1);
});

it("sends a decision once, however often its button is pressed", async () => {
  const { user, card } = await openCard();
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => (answer = resolve));
  let asked = 0;
  server.use(
    http.post("/api/recommendations/1/approve", async () => {
      asked += 1;
      await waiting;
      return HttpResponse.json(recommendationRow(APPROVED));
    }),
  );
  await user.click(card.getByTestId("approve"));
  const confirm = screen.getByTestId("decision-confirm");
  await user.click(confirm);
  await waitFor(() => expect(confirm).toHaveAttribute("aria-disabled", "true"));
  expect(confirm).toHaveFocus();
  await user.keyboard("{Enter}");
  await user.click(confirm);
  answer();
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(asked).toBe(1);
});

it("gives the focus to the card when the button that was pressed is gone", async () => {
  const { user, card } = await openCard();
  serve("post", "/approve", () => HttpResponse.json(recommendationRow(APPROVED)));
  await user.click(card.getByTestId("approve"));
  await user.click(screen.getByTestId("decision-confirm"));
  await waitFor(() => expect(screen.getByTestId("card-recommendation-1")).toHaveFocus());
});

it("offers no editing to those who may only decide", async () => {
  window.history.replaceState(null, "", "/?hotspot=1");
  open();
  const card = within(await screen.findByTestId("card-recommendation-1"));
  expect(card.getByTestId("approve")).toBeInTheDocument();
  expect(card.queryByTestId("edit")).not.toBeInTheDocument();
});
