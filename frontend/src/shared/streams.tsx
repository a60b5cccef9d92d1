import { createContext, use, useSyncExternalStore } from "react";
import type { Streams } from "../services/websocket";
import type { Versioned } from "../services/streams/rowTable";
import type { StreamState, StreamStore } from "../services/streams/streamStore";

export const StreamsContext = createContext<Streams | null>(null);

export function useStreams(): Streams {
  const streams = use(StreamsContext);
  if (!streams) throw new Error("StreamsContext is missing");
  return streams;
}

/** The state of one stream; the component renders again when it changes. */
export function useStream<Row extends Versioned>(store: StreamStore<Row>): StreamState<Row> {
  return useSyncExternalStore(store.subscribe, store.getState);
}
