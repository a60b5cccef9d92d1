import { Retry } from "./backoff";
import { CLOSE, waiting, type Connection } from "./connection";
import { DEFAULT_HEARTBEAT_MS, parseFrame, type Frame, type StreamEvent } from "./frames";

export const PROTOCOL = "emberwatch.v1";
/** A link that is silent for this many heartbeats is dead. */
const SILENT_HEARTBEATS = 2.5;
const HANDSHAKE_MS = 10_000;
/** How long an answer to a ping, or an event that a beacon promised, may take. */
export const PROBE_MS = 5_000;

type Of<Type extends Frame["type"]> = Extract<Frame, { type: Type }>;
type Timer = ReturnType<typeof setTimeout> | undefined;

export interface SocketHandlers {
  /** New events: in order, without gap, each once. */
  onEvents(events: readonly StreamEvent[]): void;
  onConnection(connection: Connection): void;
  /** The server confirmed that nothing is missing. */
  onVerified(): void;
  /** The position cannot be continued: fetch the snapshot and `open()` at its position. */
  onStartOver(): void;
}

/** One stream's connection: joins at a position, stays, comes back, and says when it cannot. */
export class StreamSocket {
  #socket: WebSocket | null = null;
  #seq = 0;
  #epoch: string | null = null;
  #joined = false;
  #heartbeatMs = DEFAULT_HEARTBEAT_MS;
  #error: Of<"error"> | null = null;
  #silence: Timer;
  #behind: Timer;

  constructor(
    private readonly path: string,
    private readonly retry: Retry,
    private readonly handlers: SocketHandlers,
  ) {}

  /** Joins after event `seq`, which a snapshot named. */
  open(seq: number): void {
    this.#seq = seq;
    this.#epoch = null;
    this.#connect();
  }

  /** Leaves for good; `open()` starts again. */
  close(): void {
    this.retry.cancel();
    this.#drop();
  }

  /** The page became visible or the network came back: do not wait, and do not trust the link. */
  wake(): void {
    if (!this.#joined) return this.retry.now();
    this.#socket?.send(JSON.stringify({ type: "ping" }));
    this.#expectFrameWithin(PROBE_MS);
  }

  #connect(): void {
    this.#drop();
    this.#error = null;
    this.handlers.onConnection({ state: "connecting" });
    const socket = new WebSocket(this.#url(), PROTOCOL);
    // A socket that was dropped may still deliver: only the current one is listened to.
    socket.addEventListener("message", (message) => {
      if (socket === this.#socket) this.#receive(message.data);
    });
    socket.addEventListener("close", (close) => {
      if (socket === this.#socket) this.#closed(close.code);
    });
    this.#socket = socket;
    this.#expectFrameWithin(HANDSHAKE_MS);
  }

  #url(): string {
    const url = new URL(this.path, window.location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("since", String(this.#seq));
    if (this.#epoch !== null) url.searchParams.set("epoch", this.#epoch);
    return url.href;
  }

  #receive(data: unknown): void {
    let frame: Frame;
    try {
      frame = parseFrame(data);
    } catch (error) {
      console.warn(`${this.path}: unreadable frame`, error);
      return this.#reconnect(); // whatever it carried is asked for again
    }
    this.#expectFrameWithin(SILENT_HEARTBEATS * this.#heartbeatMs);
    this.#handle(frame);
  }

  #handle(frame: Frame): void {
    switch (frame.type) {
      case "hello":
        return this.#welcome(frame);
      case "events":
        return this.#accept(frame.events);
      case "beacon":
        return this.#verify(frame.head);
      case "pong":
        return frame.head === null ? undefined : this.#verify(frame.head);
      case "error":
        this.#error = frame;
        return;
      case "resync":
        return this.#startOver();
    }
  }

  #welcome(hello: Of<"hello">): void {
    this.#joined = true;
    this.#epoch = hello.epoch;
    this.#heartbeatMs = hello.heartbeatMs;
    this.#expectFrameWithin(SILENT_HEARTBEATS * this.#heartbeatMs);
    this.handlers.onConnection({ state: "live" });
    this.#watchHead(hello.head);
  }

  #accept(events: readonly StreamEvent[]): void {
    const fresh: StreamEvent[] = [];
    for (const event of events) {
      if (event.seq <= this.#seq) continue;
      if (event.seq !== this.#seq + 1) {
        this.#deliver(fresh);
        return this.#startOver();
      }
      this.#seq = event.seq;
      fresh.push(event);
    }
    this.#deliver(fresh);
  }

  #deliver(events: readonly StreamEvent[]): void {
    if (events.length === 0) return;
    this.retry.succeeded();
    this.handlers.onEvents(events);
  }

  #verify(head: number): void {
    this.retry.succeeded();
    this.#watchHead(head);
  }

  /** `head` exists at the server: either we have it, or it must arrive soon. */
  #watchHead(head: number): void {
    clearTimeout(this.#behind);
    if (head <= this.#seq) return this.handlers.onVerified();
    this.#behind = setTimeout(() => {
      if (this.#seq < head) this.#reconnect();
    }, PROBE_MS);
  }

  #expectFrameWithin(ms: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#reconnect(), ms);
  }

  #closed(code: number): void {
    const detail = this.#error?.detail ?? "";
    if (code === CLOSE.resync) return this.#startOver();
    if (code === CLOSE.signedOut) return this.#end({ state: "signed-out" });
    if (code === CLOSE.forbidden) {
      return this.#end({ state: "stopped", detail: detail || "You may not see this stream." });
    }
    if (code === CLOSE.malformedQuery) {
      return this.#end({ state: "stopped", detail: detail || "The server refused the request." });
    }
    this.#reconnect();
  }

  #reconnect(): void {
    this.#later(() => this.#connect());
  }

  #startOver(): void {
    this.#later(() => this.handlers.onStartOver());
  }

  #later(action: () => void): void {
    this.#drop();
    const retryAt = this.retry.schedule(action, this.#error?.retryAfterMs ?? 0);
    this.handlers.onConnection(waiting(retryAt));
  }

  #end(connection: Connection): void {
    this.close();
    this.handlers.onConnection(connection);
  }

  #drop(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#behind);
    const socket = this.#socket;
    this.#socket = null;
    this.#joined = false;
    socket?.close();
  }
}
