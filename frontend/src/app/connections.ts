import { serverNow } from "../services/http";
import type { Connection, ConnectionState } from "../services/streams/connection";
import { formatClock } from "../shared/format";
import { useStream, useStreams } from "../shared/streams";

/** One stream as the status shows it. */
export interface StreamStatus {
  readonly name: string;
  readonly connection: Connection;
  readonly lastEventAt: number | null;
  readonly verifiedAt: number | null;
}

export function useStreamStatuses(): readonly StreamStatus[] {
  const { hotspots, alerts, recommendations } = useStreams();
  return [
    { name: "Hotspots", ...useStream(hotspots) },
    { name: "Alerts", ...useStream(alerts) },
    { name: "Recommendations", ...useStream(recommendations) },
  ];
}

/** The worst first: three streams are as well as the one that fares worst. */
const WORST_FIRST = ["signed-out", "stopped", "offline", "reconnecting", "connecting"] as const;

/** What the whole page may claim; a stream that was stopped counts as offline. */
export function overallState(statuses: readonly StreamStatus[]): Exclude<ConnectionState, "stopped"> {
  const states = new Set(statuses.map(({ connection }) => connection.state));
  const worst = WORST_FIRST.find((state) => states.has(state)) ?? "live";
  return worst === "stopped" ? "offline" : worst;
}

export const STATE_NAMES: Readonly<Record<ConnectionState, string>> = {
  live: "Live",
  connecting: "Connecting…",
  reconnecting: "Reconnecting",
  offline: "Offline",
  "signed-out": "Signed out",
  stopped: "Stopped",
};

/** "Reconnecting in 4 s". `nowMs` is the server's clock; `retryAt` was taken from the browser's. */
export function describeConnection(connection: Connection, nowMs: number): string {
  const name = STATE_NAMES[connection.state];
  if (connection.state === "stopped") return `${name}: ${connection.detail}`;
  if (!("retryAt" in connection)) return name;
  const skewMs = serverNow() - Date.now();
  const seconds = Math.ceil((connection.retryAt + skewMs - nowMs) / 1000);
  return seconds > 0 ? `${name} in ${seconds} s` : `${name}…`;
}

export function describeActivity({ lastEventAt, verifiedAt }: StreamStatus): string {
  const event = lastEventAt === null ? "no event yet" : `last event ${formatClock(lastEventAt)}`;
  return verifiedAt === null ? event : `${event}, complete at ${formatClock(verifiedAt)}`;
}
