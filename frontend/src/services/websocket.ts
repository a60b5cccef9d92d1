import { parseAlert, type Alert } from "./rows/alert";
import { parseHotspot, type Hotspot } from "./rows/hotspot";
import { parseRecommendation, type Recommendation } from "./rows/recommendation";
import { StreamStore } from "./streams/streamStore";

export interface Streams {
  readonly hotspots: StreamStore<Hotspot>;
  readonly alerts: StreamStore<Alert>;
  readonly recommendations: StreamStore<Recommendation>;
}

/** The three streams, not yet connected. Everything live on the screen comes from here. */
export function createStreams(): Streams {
  return {
    hotspots: new StreamStore({
      name: "hotspots",
      waiting: ["open", "acknowledged"],
      parseRow: parseHotspot,
      isClosed: (row) => row.status === "resolved" || row.status === "ignored",
    }),
    alerts: new StreamStore({
      name: "alerts",
      waiting: ["active", "acknowledged"],
      parseRow: parseAlert,
      isClosed: (row) => row.status === "resolved",
    }),
    recommendations: new StreamStore({
      name: "recommendations",
      waiting: ["pending"],
      parseRow: parseRecommendation,
      isClosed: (row) => row.status !== "pending",
    }),
  };
}

/** Connects all three and keeps them connected until the returned function is called. */
export function connectStreams(streams: Streams): () => void {
  const stores = [streams.hotspots, streams.alerts, streams.recommendations];
  const wake = () => stores.forEach((store) => store.wake());
  const wakeWhenVisible = () => {
    if (document.visibilityState === "visible") wake();
  };
  stores.forEach((store) => store.start());
  document.addEventListener("visibilitychange", wakeWhenVisible);
  window.addEventListener("online", wake);
  window.addEventListener("offline", wake); // a probe finds out whether the link still carries
  return () => {
    document.removeEventListener("visibilitychange", wakeWhenVisible);
    window.removeEventListener("online", wake);
    window.removeEventListener("offline", wake);
    stores.forEach((store) => store.stop());
  };
}
