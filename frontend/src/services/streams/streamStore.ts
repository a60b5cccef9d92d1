import { get, RequestError } from "../http";
import { parsePage, type Page } from "../rows/page";
import { Retry } from "./backoff";
import { waiting, type Connection } from "./connection";
import type { StreamEvent } from "./frames";
import { upsert, type RowTable, type Versioned } from "./rowTable";
import { StreamSocket } from "./streamSocket";

/** A burst of frames is shown at most this often. */
const NOTIFY_MS = 100;
const SNAPSHOT_SIZE = 200;

export interface StreamState<Row extends Versioned> {
  readonly rows: RowTable<Row>;
  readonly loaded: boolean;
  /** Why the snapshot could not be loaded, for people; null when it could. */
  readonly problem: string | null;
  /** The server has older rows than these. */
  readonly more: boolean;
  readonly connection: Connection;
  /** Browser clock, milliseconds since 1970. */
  readonly lastEventAt: number | null;
  readonly verifiedAt: number | null;
  /** Rows that could not be understood and are not shown. */
  readonly unreadable: number;
}

/** One event, after it has changed the table; `before` is the row that it replaced. */
export interface RowChange<Row> {
  readonly event: string;
  readonly row: Row;
  readonly before: Row | undefined;
}

export interface StreamOptions<Row extends Versioned> {
  readonly name: string;
  /** The statuses whose rows must be here however old they are: somebody still has to act. */
  readonly waiting: readonly string[];
  readonly parseRow: (value: unknown) => Row;
  readonly isClosed: (row: Row) => boolean;
}

function emptyState<Row extends Versioned>(): StreamState<Row> {
  return {
    rows: new Map(),
    loaded: false,
    problem: null,
    more: false,
    connection: { state: "connecting" },
    lastEventAt: null,
    verifiedAt: null,
    unreadable: 0,
  };
}

/** A stream's rows: the REST snapshot, kept up to date by the socket. No React in here. */
export class StreamStore<Row extends Versioned> {
  #state = emptyState<Row>();
  readonly #listeners = new Set<() => void>();
  readonly #changeListeners = new Set<(change: RowChange<Row>) => void>();
  readonly #retry = new Retry();
  readonly #socket: StreamSocket;
  #loading: AbortController | null = null;
  #notification: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: StreamOptions<Row>) {
    this.#socket = new StreamSocket(`/ws/${options.name}`, this.#retry, {
      onEvents: (events) => this.#apply(events),
      onConnection: (connection) => this.#set({ connection }),
      onVerified: () => this.#set({ verifiedAt: Date.now() }),
      onStartOver: () => void this.#load(),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getState = (): StreamState<Row> => this.#state;

  /** Calls `listener` with each change that arrives over the socket, never for the snapshot. */
  onChange(listener: (change: RowChange<Row>) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  start(): void {
    if (!this.#loading) void this.#load();
  }

  stop(): void {
    this.#loading?.abort();
    this.#loading = null;
    this.#socket.close();
    this.#state = emptyState();
    this.#notify();
  }

  /** Does at once what is waited for. */
  readonly wake = (): void => this.#socket.wake();

  /** Lays a row over the table that an answer of the REST API brought. */
  readonly merge = (row: Row): void => this.mergeAll([row]);

  mergeAll(rows: readonly Row[]): void {
    this.#set({ rows: upsert(this.#state.rows, rows, this.options.isClosed) });
  }

  async #load(): Promise<void> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#set({ connection: { state: "connecting" } });
    try {
      const snapshot = await this.#fetchSnapshot(loading.signal);
      if (loading.signal.aborted) return;
      const rows = upsert(new Map<number, Row>(), snapshot.rows, this.options.isClosed);
      this.#set({ rows, more: snapshot.more, loaded: true, problem: null });
      this.#socket.open(snapshot.seq);
    } catch (error) {
      if (!loading.signal.aborted) this.#loadFailed(error);
    }
  }

  /** The newest rows and all that wait for somebody, from the earlier of the two positions. */
  async #fetchSnapshot(signal: AbortSignal): Promise<Page<Row>> {
    const { name, waiting } = this.options;
    const load = async (filter: string) => {
      const path = `/api/${name}?page_size=${SNAPSHOT_SIZE}${filter}`;
      return parsePage(await get(path, signal), (value) => this.#read(value));
    };
    const statuses = waiting.map((status) => `&status=${status}`).join("");
    const [newest, waitingRows] = await Promise.all([load(""), load(statuses)]);
    return {
      rows: [...newest.rows, ...waitingRows.rows],
      more: newest.more,
      seq: Math.min(newest.seq, waitingRows.seq),
    };
  }

  #loadFailed(error: unknown): void {
    const status = error instanceof RequestError ? error.status : -1;
    const problem = error instanceof Error ? error.message : String(error);
    if (status === 401) return this.#set({ connection: { state: "signed-out" } });
    if (status === 403) return this.#set({ problem, connection: { state: "stopped", detail: problem } });
    const retryAt = this.#retry.schedule(() => void this.#load());
    this.#set({ problem, connection: waiting(retryAt) });
  }

  #apply(events: readonly StreamEvent[]): void {
    const changes: RowChange<Row>[] = [];
    for (const { event, data } of events) {
      const row = this.#read(data);
      if (row) changes.push({ event, row, before: this.#state.rows.get(row.id) });
    }
    const changed = changes.map(({ row }) => row);
    const rows = upsert(this.#state.rows, changed, this.options.isClosed);
    const now = Date.now();
    this.#state = { ...this.#state, rows, lastEventAt: now, verifiedAt: now };
    this.#notifySoon();
    for (const change of changes) this.#changeListeners.forEach((listener) => listener(change));
  }

  /** Null, counted and named in the console, for a row that does not keep the contract. */
  #read(data: unknown): Row | null {
    try {
      return this.options.parseRow(data);
    } catch (error) {
      console.warn(`${this.options.name}: unreadable row`, error);
      this.#state = { ...this.#state, unreadable: this.#state.unreadable + 1 };
      return null;
    }
  }

  #set(change: Partial<StreamState<Row>>): void {
    this.#state = { ...this.#state, ...change };
    this.#notify();
  }

  #notifySoon(): void {
    this.#notification ??= setTimeout(() => this.#notify(), NOTIFY_MS);
  }

  #notify(): void {
    clearTimeout(this.#notification);
    this.#notification = undefined;
    this.#listeners.forEach((listener) => listener());
  }
}
