import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { serveDecisions } from "../support/decisions";
import { open, problem } from "../support/emberwatch";
import { decidedNow, recommendationRow } from "../support/rows";
import { server } from "../support/server";
import { events } from "../support/streamServer";

const titles = ["", "One", "Two", "Three"];
const row = (id: number, change: object = {}) => recommendationRow({ id, version: id * 10, title: titles[id], ...change });
const THREE = [row(1), row(2), row(3)];

/** A pane of three, and a server that decides all but those of `refused`. */
function openPane(...decisions: Parameters<typeof serveDecisions>) {
  return { ...open({ recommendations: THREE }), sent: serveDecisions(...decisions) };
}

type User = ReturnType<typeof open>["user"];

/** Ticks all, or one, and approves. */
async function approve(user: User, tick = "tick-all") {
  await user.click(await screen.findByTestId(tick));
  await user.click(screen.getByTestId("bulk-approve"));
  await user.click(await screen.findByTestId("bulk-confirm"));
}

const result = (id: number) => screen.findByTestId(`bulk-result-${id}`);
const becomes = (id: number, text: string) =>
  waitFor(async () => expect(await result(id)).toHaveTextContent(text));

it("approves what is selected in one request, each as it was seen, and tells what became of each", async () => {
  const { user, sent, streams, goLive } = openPane({ 2: "already_decided" });
  await goLive();
  await user.click(await screen.findByTestId("tick-all"));
  expect(screen.getByTestId("bulk-bar")).toHaveTextContent("3 rows selected");
  await user.click(screen.getByTestId("bulk-approve"));
  await user.type(await screen.findByTestId("decision-note"), "All agreed");
  await user.click(screen.getByTestId("bulk-confirm"));
  expect(await screen.findByTestId("bulk-summary")).toHaveTextContent("2 approved, 1 refused.");
  expect(await result(1)).toHaveTextContent("ApprovedDone");
  expect(await result(2)).toHaveTextContent("PendingRefused: Already rejected by maria.");
  expect(sent.map(({ body }) => body)).toEqual([
    { approve: [1, 2, 3], note: "All agreed", versions: { "1": 10, "2": 20, "3": 30 } },
  ]);
  const theirs = row(2, { version: 21, ...decidedNow("rejected", "maria") });
  streams.recommendations.latest.send(events({ seq: 11, data: theirs }));
  await becomes(2, "RejectedRefused: Already rejected by maria.");
});

it("decides nothing about what changed since it was seen, and keeps it selected", async () => {
  const { user, sent } = openPane({ 2: "version_conflict" });
  await approve(user, "tick-2");
  await becomes(2, "PendingRefused: It changed since it was ticked.");
  expect(screen.queryByTestId("bulk-again")).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.getByTestId("tick-2")).toBeChecked();
  expect(sent).toHaveLength(1);
});

it("takes back what was just decided, and only that", async () => {
  const { user } = openPane({ 2: "already_decided" });
  const undone: number[] = [];
  server.use(
    http.post("/api/recommendations/:id/undo", ({ params }) => {
      const id = Number(params["id"]);
      undone.push(id);
      return HttpResponse.json(row(id, { version: id * 10 + 2 }));
    }),
  );
  await approve(user);
  await user.click(await screen.findByRole("button", { name: /^Undo 2/ }));
  await becomes(1, "PendingTaken back");
  expect(await result(2)).toHaveTextContent("Refused: Already rejected by maria.");
  expect(undone.sort()).toEqual([1, 3]);
  expect(screen.getByTestId("bulk-summary")).toHaveTextContent("2 taken back, 1 refused.");
});

it("offers to take back again what could not be, and never to decide it again", async () => {
  const { user, sent } = openPane();
  let away = true;
  server.use(
    http.post("/api/recommendations/1/undo", () =>
      away ? HttpResponse.error() : HttpResponse.json(row(1, { version: 12 })),
    ),
  );
  await approve(user, "tick-1");
  await user.click(await screen.findByTestId("bulk-undo"));
  await becomes(1, "ApprovedNot known: The server cannot be reached.");
  expect(screen.queryByTestId("bulk-again")).not.toBeInTheDocument();
  away = false;
  await user.click(screen.getByTestId("bulk-undo"));
  await becomes(1, "PendingTaken back");
  expect(sent).toHaveLength(1);
});

it.each([
  ["no answer", () => HttpResponse.error(), "Not known: The server cannot be reached.", 1],
  ["a failure", () => problem(500, "server_error", "Something broke."), "Not known: Something broke.", 1],
  ["one still at work", () => problem(409, "idempotency_in_progress", "Still at it."), "Not known: Still at it.", 1],
  ["too many requests", () => problem(429, "throttled", "Too many."), "Not done: Too many.", 2],
  ["no permission", () => problem(403, "not_permitted", "You may not."), "Not done: You may not.", 2],
])("loses nothing to %s: the same is sent again", async (_, failure, words, keys) => {
  const { user, sent } = openPane({}, [failure]);
  await user.click(await screen.findByTestId("tick-all"));
  await user.click(screen.getByTestId("bulk-approve"));
  await user.type(await screen.findByTestId("decision-note"), "Yes");
  await user.click(screen.getByTestId("bulk-confirm"));
  for (const id of [1, 2, 3]) await becomes(id, `Pending${words}`);
  await user.click(await screen.findByRole("button", { name: "Try 3 again" }));
  await waitFor(() => expect(screen.getByTestId("bulk-summary")).toHaveTextContent("3 approved."));
  expect(sent).toHaveLength(2);
  expect(sent[1]?.body).toEqual(sent[0]?.body);
  // What may have been done is asked for by the same key, so that it is done once.
  expect(new Set(sent.map(({ key }) => key)).size).toBe(keys);
});

describe("after a session that ended", () => {
  const SIGNED_OUT = () => problem(401, "not_authenticated", "Sign in.");

  /** Approves one with a note as the session ends, then signs in as `name`. */
  async function comeBackAs(name: string) {
    const opened = openPane({}, [SIGNED_OUT]);
    const { user, session } = opened;
    await user.click(await screen.findByTestId("tick-1"));
    await user.click(screen.getByTestId("bulk-approve"));
    await user.type(await screen.findByTestId("decision-note"), "Yes");
    await user.click(screen.getByTestId("bulk-confirm"));
    await screen.findByTestId("login-form");
    server.use(
      http.post("/api/session", () => {
        session.user = name;
        return HttpResponse.json({ user: { username: name } });
      }),
    );
    expect(screen.getByText(/Your session has ended/)).toBeInTheDocument();
    await user.type(screen.getByTestId("username"), name);
    await user.type(screen.getByTestId("password"), "demo");
    await user.click(screen.getByTestId("submit"));
    await waitFor(() => expect(screen.queryByTestId("login-form")).not.toBeInTheDocument());
    await screen.findByTestId("row-recommendation-1");
    return opened;
  }

  it("goes on with the same note for who comes back", async () => {
    const { user, sent } = await comeBackAs("approver");
    expect(await result(1)).toHaveTextContent("PendingNot done: Sign in.");
    await user.click(screen.getByTestId("bulk-again"));
    await becomes(1, "ApprovedDone");
    expect(sent.map(({ body }) => body.note)).toEqual(["Yes", "Yes"]);
  });

  it("leaves nothing to anybody else", async () => {
    const { sent } = await comeBackAs("maria");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(screen.getByTestId("tick-1")).not.toBeChecked();
    expect(sent).toHaveLength(1);
  });
});

it("knows its own decision again whose answer was lost", async () => {
  const { user, streams, goLive } = openPane({ 1: "already_decided" }, [() => problem(500, "server_error", "Broke.")]);
  await goLive();
  await approve(user, "tick-1");
  await user.click(await screen.findByTestId("bulk-again"));
  await becomes(1, "PendingRefused");
  streams.recommendations.latest.send(events({ seq: 11, data: row(1, { version: 11, ...decidedNow() }) }));
  await becomes(1, "ApprovedDone");
  expect(screen.getByTestId("bulk-summary")).toHaveTextContent("1 approved.");
});

it("asks again about a row of which the answer says nothing", async () => {
  const { user } = openPane({}, [() => HttpResponse.json({ results: [] })]);
  await approve(user, "tick-1");
  await becomes(1, "Not known: The server did not say what became of it.");
  await user.click(screen.getByTestId("bulk-again"));
  await becomes(1, "ApprovedDone");
});

it("keeps the results when nothing that the pane shows is left", async () => {
  window.history.replaceState(null, "", "/?recommendations_status=pending");
  const { user } = openPane();
  await approve(user);
  expect(await screen.findByTestId("bulk-summary")).toHaveTextContent("3 approved.");
  expect(screen.getByText("Nothing matches")).toBeInTheDocument();
  expect(screen.getByTestId("bulk-undo")).toBeInTheDocument();
});

it("selects only what waits and is shown, and forgets what left", async () => {
  const { user, streams, goLive, sent } = openPane();
  await goLive();
  await user.click(await screen.findByTestId("tick-all"));
  const left = row(2, { version: 21, status: "expired" });
  streams.recommendations.latest.send(events({ seq: 11, data: left, event: "recommendation.updated" }));
  await waitFor(() => expect(screen.queryByTestId("tick-2")).not.toBeInTheDocument());
  await user.type(screen.getByRole("searchbox"), "nowhere");
  expect(screen.queryByTestId("bulk-approve")).not.toBeInTheDocument();
  await user.clear(screen.getByRole("searchbox"));
  await user.click(screen.getByRole("button", { name: "Approve 2" }));
  await user.click(await screen.findByTestId("bulk-confirm"));
  await screen.findByText("2 approved.");
  expect(sent.map(({ body }) => body.approve)).toEqual([[1, 3]]);
});

it("is worked by keyboard alone, and gives the focus back", async () => {
  const { user } = openPane();
  const first = (await screen.findByTestId("row-recommendation-1")).querySelector<HTMLElement>("[data-row]");
  first?.focus();
  await user.keyboard("xjx");
  expect(screen.getByTestId("bulk-bar")).toHaveTextContent("2 rows selected");
  await user.keyboard("A");
  await user.click(await screen.findByTestId("bulk-confirm"));
  expect(await screen.findByText("2 approved.")).toBeInTheDocument();
  expect(screen.getByTestId("bulk-summary")).toHaveFocus();
  await user.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.getByTestId("row-recommendation-2").querySelector("[data-row]")).toHaveFocus();
  expect(screen.getByTestId("bulk-bar")).toHaveTextContent("Select all 1 shown");
});

it("keeps its keys while a checkbox has the focus", async () => {
  const { user } = openPane();
  await user.click(await screen.findByTestId("tick-1"));
  expect(screen.getByTestId("tick-1")).toHaveFocus();
  await user.keyboard("A");
  expect(await screen.findByTestId("bulk-confirm")).toHaveTextContent("Approve 1");
});

it("lets nobody select who may not decide", async () => {
  open({ permissions: ["hotspots.view_hotspot"], recommendations: THREE });
  const pane = within(await screen.findByTestId("pane-recommendations"));
  await pane.findByTestId("row-recommendation-1");
  expect(pane.queryByRole("checkbox")).not.toBeInTheDocument();
});
