import { http, HttpResponse } from "msw";
import { createStreams, type Streams } from "../../src/services/websocket";
import { eventually } from "../support/eventually";
import { hotspotRow } from "../support/rows";
import { server } from "../support/server";
import { events, hello, StreamServer } from "../support/streamServer";

let streamServer: StreamServer;
let store: Streams["hotspots"];
let snapshots: URL[];

/** The REST answer from now on: all rows for both questions that a snapshot asks. */
function snapshotIs(seq: number, ...results: object[]): void {
  server.use(
    http.get("/api/hotspots", ({ request }) => {
      snapshots.push(new URL(request.url));
      return HttpResponse.json({ results, next: null, seq });
    }),
  );
}

beforeEach(() => {
  streamServer = new StreamServer("hotspots");
  snapshots = [];
  store = createStreams().hotspots;
});
afterEach(() => store.stop());

const versions = () => [...store.getState().rows.values()].map(({ id, version }) => [id, version]);
const shows = (...wanted: [number, number][]) => eventually(() => expect(versions()).toEqual(wanted));

async function live(count = 1) {
  const peer = await streamServer.peer(count);
  peer.send(hello(Number(peer.query.get("since"))));
  return peer;
}

it("shows the snapshot, then joins the stream at its position", async () => {
  snapshotIs(41, hotspotRow());
  store.start();
  const peer = await live();
  expect(peer.query.get("since")).toBe("41");
  await shows([1, 1]);
});

it("asks for the newest rows and for all that somebody still has to act on", async () => {
  snapshotIs(41);
  store.start();
  await live();
  const statuses = snapshots.map((url) => url.searchParams.getAll("status"));
  expect(statuses).toEqual([[], ["open", "acknowledged"]]);
});

it("lays newer events over the snapshot and ignores what the snapshot already has", async () => {
  snapshotIs(41, hotspotRow({ version: 3 }));
  store.start();
  const peer = await live();
  peer.send(events({ seq: 41, data: hotspotRow({ version: 2 }) }));
  peer.send(events({ seq: 42, data: hotspotRow({ version: 4 }) }, { seq: 43, data: hotspotRow({ id: 2 }) }));
  await shows([1, 4], [2, 1]);
});

it("never lets an older version of a row win", async () => {
  snapshotIs(41, hotspotRow({ version: 5 }));
  store.start();
  (await live()).send(events({ seq: 42, data: hotspotRow({ version: 4 }) }));
  await eventually(() => expect(store.getState().lastEventAt).not.toBeNull());
  expect(versions()).toEqual([[1, 5]]);
});

it("fetches the snapshot again after a gap and goes on from its position", async () => {
  snapshotIs(41, hotspotRow());
  store.start();
  const peer = await live();
  snapshotIs(60, hotspotRow({ version: 9 }), hotspotRow({ id: 3 }));
  peer.send(events({ seq: 50, data: hotspotRow({ version: 8 }) }));
  const next = await live(2);
  expect(next.query.get("since")).toBe("60");
  await shows([1, 9], [3, 1]);
});

it("passes changes on with the row that they replaced", async () => {
  snapshotIs(41, hotspotRow());
  const changes = vi.fn();
  store.onChange(changes);
  store.start();
  (await live()).send(events({ seq: 42, data: hotspotRow({ version: 2, severity: "critical" }) }));
  await eventually(() => expect(changes).toHaveBeenCalledOnce());
  expect(changes.mock.lastCall?.[0]).toMatchObject({
    row: { severity: "critical" },
    before: { severity: "warn" },
  });
});

it("counts a row that it cannot read and goes on with the others", async () => {
  snapshotIs(41, hotspotRow(), { id: "?" });
  store.start();
  const peer = await live();
  peer.send(events({ seq: 42, data: null }, { seq: 43, data: hotspotRow({ id: 2 }) }));
  await shows([1, 1], [2, 1]);
  // The snapshot asks twice and met the broken row each time.
  expect(store.getState().unreadable).toBe(3);
  expect(streamServer.peers).toHaveLength(1);
});

it("says why the snapshot failed and tries again on request", async () => {
  server.use(
    http.get("/api/hotspots", () =>
      HttpResponse.json({ code: "unavailable", detail: "The database is away." }, { status: 503 }),
    ),
  );
  vi.spyOn(Math, "random").mockReturnValue(1);
  store.start();
  await eventually(() => expect(store.getState().problem).toBe("The database is away."));
  expect(store.getState().connection.state).toBe("reconnecting");
  snapshotIs(41, hotspotRow());
  store.wake();
  await shows([1, 1]);
  expect(store.getState().problem).toBeNull();
});

it("takes the answer of an action without waiting for its event", async () => {
  snapshotIs(41, hotspotRow());
  store.start();
  await shows([1, 1]);
  const row = store.getState().rows.get(1);
  store.merge({ ...row!, version: 2, status: "acknowledged" });
  expect(store.getState().rows.get(1)?.status).toBe("acknowledged");
});

it("forgets everything when it stops", async () => {
  snapshotIs(41, hotspotRow());
  store.start();
  const peer = await live();
  store.stop();
  expect(store.getState().rows.size).toBe(0);
  await eventually(() => expect(peer.closed).toBe(true));
});
