import { Retry } from "../../src/services/streams/backoff";
import type { Connection } from "../../src/services/streams/connection";
import { PROBE_MS, StreamSocket } from "../../src/services/streams/streamSocket";
import { eventually } from "../support/eventually";
import { beacon, events, hello, StreamServer, type Peer } from "../support/streamServer";

let streamServer: StreamServer;
let socket: StreamSocket;
let delivered: number[];
let connections: Connection[];
let startedOver: number;
let verified: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  streamServer = new StreamServer("hotspots");
  [delivered, connections, startedOver, verified] = [[], [], 0, 0];
  socket = new StreamSocket("/ws/hotspots", new Retry(), {
    onEvents: (list) => delivered.push(...list.map(({ seq }) => seq)),
    onConnection: (connection) => connections.push(connection),
    onVerified: () => verified++,
    onStartOver: () => startedOver++,
  });
});
afterEach(() => socket.close());

const state = () => connections.at(-1)?.state;
const becomes = (wanted: string) => eventually(() => expect(state()).toBe(wanted));
const event = (seq: number) => ({ seq, data: {} });

async function join(seq: number) {
  socket.open(seq);
  const peer = await streamServer.peer(streamServer.peers.length + 1);
  peer.send(hello(seq));
  await becomes("live");
  return peer;
}

it("offers the session protocol and joins at the position of the snapshot", async () => {
  const peer = await join(41);
  expect(peer.protocols).toEqual(["emberwatch.v1"]);
  expect(peer.query.get("since")).toBe("41");
  expect(peer.query.has("epoch")).toBe(false);
});

it("comes back after a close with its last position and the epoch", async () => {
  const peer = await join(41);
  peer.send(events(event(42), event(43)));
  await eventually(() => expect(delivered).toEqual([42, 43]));
  peer.close(1001);
  const next = await streamServer.peer(2);
  expect(next.query.get("since")).toBe("43");
  expect(next.query.get("epoch")).toBe("e1");
  expect(connections.map(({ state }) => state)).toContain("reconnecting");
});

it("delivers each event once", async () => {
  const peer = await join(41);
  peer.send(events(event(41), event(42)));
  peer.send(events(event(42), event(43)));
  await eventually(() => expect(delivered).toEqual([42, 43]));
});

it("starts over after a gap and delivers nothing beyond it", async () => {
  const peer = await join(41);
  peer.send(events(event(42), event(44), event(45)));
  await eventually(() => expect(startedOver).toBe(1));
  expect(delivered).toEqual([42]);
});

const resync = { type: "resync", reason: "trimmed", head: 90 };

it.each([
  ["a resync frame", (peer: Peer) => peer.send(resync)],
  ["close code 4409", (peer: Peer) => peer.close(4409)],
])("starts over on %s", async (_name, act) => {
  act(await join(41));
  await eventually(() => expect(startedOver).toBe(1));
});

it("reconnects when a beacon promises an event that does not come", async () => {
  const peer = await join(41);
  peer.send(beacon(42));
  await vi.advanceTimersByTimeAsync(PROBE_MS + 1000);
  const next = await streamServer.peer(2);
  expect(next.query.get("since")).toBe("41");
});

it("stays when the promised event comes in time, and counts as verified", async () => {
  const peer = await join(41);
  const before = verified;
  peer.send(beacon(42));
  peer.send(events(event(42)));
  peer.send(beacon(42));
  await eventually(() => expect(verified).toBe(before + 1));
  await vi.advanceTimersByTimeAsync(PROBE_MS + 1000);
  expect(streamServer.peers).toHaveLength(1);
});

it("takes a link that is silent for two and a half heartbeats as dead", async () => {
  await join(41);
  await vi.advanceTimersByTimeAsync(37_000);
  expect(state()).toBe("live");
  await vi.advanceTimersByTimeAsync(1_000);
  await streamServer.peer(2);
});

it("asks again for what a broken frame carried", async () => {
  const peer = await join(41);
  peer.send("{broken");
  expect((await streamServer.peer(2)).query.get("since")).toBe("41");
  expect(delivered).toEqual([]);
});

it.each([
  [4400, "stopped"],
  [4403, "stopped"],
  [4401, "signed-out"],
])("does not come back after close code %i", async (code, wanted) => {
  (await join(41)).close(code);
  await becomes(wanted);
  socket.wake();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(streamServer.peers).toHaveLength(1);
});

it("says why it stopped in the server's words", async () => {
  const peer = await join(41);
  peer.send({ type: "error", code: "forbidden", detail: "Ask for view_hotspot.", retry: false });
  peer.close(4403);
  await becomes("stopped");
  expect(connections.at(-1)).toEqual({ state: "stopped", detail: "Ask for view_hotspot." });
});

it("waits as long as a server that goes away asks for", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const peer = await join(41);
  peer.send({ type: "error", code: "going_away", detail: "", retry: true, retry_after_ms: 8000 });
  peer.close(4412);
  await becomes("reconnecting");
  await vi.advanceTimersByTimeAsync(7_000);
  expect(streamServer.peers).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  await streamServer.peer(2);
});

it("does not wait any longer when the page becomes visible", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  (await join(41)).close(1000);
  await becomes("reconnecting");
  const at = Date.now();
  socket.wake();
  expect(state()).toBe("connecting");
  expect(Date.now()).toBe(at);
});

it("probes a live link when it is woken, and leaves it if nothing answers", async () => {
  const peer = await join(41);
  socket.wake();
  await eventually(() => expect(peer.received).toEqual([{ type: "ping" }]));
  await vi.advanceTimersByTimeAsync(PROBE_MS);
  await streamServer.peer(2);
});

it("is quiet after it was closed", async () => {
  await join(41);
  socket.close();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(streamServer.peers).toHaveLength(1);
});
