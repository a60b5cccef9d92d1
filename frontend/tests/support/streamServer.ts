import { ws } from "msw";
import { eventually } from "./eventually";
import { server } from "./server";

const ROUTES = {
  hotspots: ws.link("ws://emberwatch.test/ws/hotspots"),
  alerts: ws.link("ws://emberwatch.test/ws/alerts"),
  recommendations: ws.link("ws://emberwatch.test/ws/recommendations"),
} as const;

type Handler = Parameters<Parameters<ReturnType<typeof ws.link>["addEventListener"]>[1]>[0];

/** One socket as the server sees it. */
export interface Peer {
  readonly query: URLSearchParams;
  readonly protocols: readonly string[];
  readonly received: unknown[];
  readonly closed: boolean;
  send(frame: object | string): void;
  close(code: number): void;
}

/** The server's side of one stream. Nothing is sent unless the test sends it. */
export class StreamServer {
  readonly peers: Peer[] = [];

  constructor(readonly name: keyof typeof ROUTES) {
    server.use(ROUTES[name].addEventListener("connection", (connection) => this.#join(connection)));
  }

  get latest(): Peer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error(`nobody has connected to ${this.name}`);
    return peer;
  }

  /** Waits for the `count`th socket (with fake timers, time passes meanwhile). */
  async peer(count: number): Promise<Peer> {
    await eventually(() => expect(this.peers).toHaveLength(count));
    return this.latest;
  }

  #join({ client, info }: Handler): void {
    const received: unknown[] = [];
    let closed = false;
    client.addEventListener("message", (event) => received.push(JSON.parse(String(event.data))));
    client.addEventListener("close", () => (closed = true));
    this.peers.push({
      query: new URL(client.url).searchParams,
      protocols: [info.protocols ?? []].flat(),
      received,
      get closed() {
        return closed;
      },
      send: (frame) => client.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
      // What was sent before arrives before, as over a wire.
      close: (code) => queueMicrotask(() => client.close(code)),
    });
  }
}

export const hello = (seq: number, head = seq, epoch = "e1") => ({
  type: "hello",
  stream: "hotspots",
  epoch,
  seq,
  head,
  heartbeat_seconds: 15,
  connection: "c1",
  user: "analyst",
});

export const beacon = (head: number) => ({ type: "beacon", head, at: "2026-11-23T04:00:00Z" });

export const events = (...rows: { seq: number; data: unknown; event?: string }[]) => ({
  type: "events",
  events: rows.map((row) => ({ event: "hotspot.updated", at: "2026-11-23T04:00:00Z", ...row })),
});
