import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { open, problem } from "../support/emberwatch";
import { recommendationRow } from "../support/rows";
import { server } from "../support/server";
import { events } from "../support/streamServer";

const titles = ["", "One", "Two", "Three"];
const row = (id: number, change: object = {}) => recommendationRow({ id, version: id * 10, title: titles[id], ...change });
const THREE = [row(1), row(2), row(3)];
const decided = (id: number, status = "approved") =>
  row(id, { version: id * 10 + 1, status, decided_by: "approver", decided_at: new Date().toISOString() });

/** A server that decides all but those of `refused`; what was sent, by id. */
function openPane(refused: Readonly<Record<number, () => Response>> = {}) {
  const sent: [id: number, body: unknown, version: string | null, key: string | null][] = [];
  const opened = open({ recommendations: THREE });
  server.use(
    http.post("/api/recommendations/:id/approve", async ({ request, params }) => {
      const id = Number(params["id"]);
      const { headers } = request;
      sent.push([id, await request.json(), headers.get("If-Match"), headers.get("Idempotency-Key")]);
      return refused[id]?.() ?? HttpResponse.json(decided(id));
    }),
  );
  return { ...opened, sent };
}

const result = (id: number) => screen.findByTestId(`bulk-result-${id}`);

it("approves what is selected with one note, each as it was seen, and tells what became of each", async () => {
  const theirs = row(2, { version: 21, status: "rejected", decided_by: "maria", decided_at: "2026-11-23T05:00:00Z" });
  const { user, sent } = openPane({ 2: () => problem(409, "already_decided", "Already rejected by maria.") });
  server.use(http.get("/api/recommendations/2", () => HttpResponse.json(theirs)));
  await user.click(await screen.findByTestId("tick-all"));
  expect(screen.getByTestId("bulk-bar")).toHaveTextContent("3 rows selected");
  await user.click(screen.getByTestId("bulk-approve"));
  await user.type(await screen.findByTestId("decision-note"), "All agreed");
  await user.click(screen.getByTestId("bulk-confirm"));
  expect(await screen.findByTestId("bulk-summary")).toHaveTextContent("2 approved, 1 refused.");
  expect(await result(1)).toHaveTextContent("ApprovedDone");
  expect(await result(2)).toHaveTextContent("RejectedRefused: Already rejected by maria.");
  expect(sent.map(([id, body, version]) => [id, body, version]).sort()).toEqual([
    [1, { note: "All agreed" }, '"10"'],
    [2, { note: "All agreed" }, '"20"'],
    [3, { note: "All agreed" }, '"30"'],
  ]);
  expect(new Set(sent.map(([, , , key]) => key)).size).toBe(3);
});

it("takes back what was just decided, and only that", async () => {
  const { user } = openPane({ 2: () => problem(409, "already_decided", "Already approved by approver.") });
  const undone: number[] = [];
  server.use(
    http.get("/api/recommendations/2", () => HttpResponse.json(decided(2))),
    http.post("/api/recommendations/:id/undo", ({ params }) => {
      const id = Number(params["id"]);
      undone.push(id);
      return HttpResponse.json(row(id, { version: id * 10 + 2 }));
    }),
  );
  await user.click(await screen.findByTestId("tick-all"));
  await user.click(screen.getByTestId("bulk-approve"));
  await user.click(await screen.findByTestId("bulk-confirm"));
  await user.click(await screen.findByRole("button", { name: /^Undo 2/ }));
  await waitFor(async () => expect(await result(1)).toHaveTextContent("PendingTaken back"));
  expect(await result(2)).toHaveTextContent("ApprovedRefused: Already approved by approver.");
  expect(undone.sort()).toEqual([1, 3]);
  expect(screen.getByTestId("bulk-summary")).toHaveTextContent("2 taken back, 1 refused.");
});

it("sends again, with the same key, what had no answer", async () => {
  let away = true;
  const { user, sent } = openPane({ 3: () => (away ? HttpResponse.error() : HttpResponse.json(decided(3))) });
  await user.click(await screen.findByTestId("tick-3"));
  await user.click(screen.getByTestId("bulk-approve"));
  await user.click(await screen.findByTestId("bulk-confirm"));
  expect(await result(3)).toHaveTextContent("PendingNot known: The server cannot be reached.");
  away = false;
  await user.click(await screen.findByTestId("bulk-again"));
  await waitFor(async () => expect(await result(3)).toHaveTextContent("ApprovedDone"));
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
});

it("decides nothing that is not shown", async () => {
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
  expect(sent.map(([id]) => id).sort()).toEqual([1, 3]);
});

it("is worked by keyboard alone", async () => {
  const { user } = openPane();
  const first = (await screen.findByTestId("row-recommendation-3")).querySelector<HTMLElement>("[data-row]");
  first?.focus();
  await user.keyboard("xjx");
  expect(screen.getByTestId("bulk-bar")).toHaveTextContent("2 rows selected");
  await user.keyboard("A");
  await user.click(await screen.findByTestId("bulk-confirm"));
  expect(await screen.findByText("2 approved.")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.getByTestId("bulk-bar")).toHaveFocus();
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
