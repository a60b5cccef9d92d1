/** How a stream is connected right now; `retryAt` is milliseconds since 1970. */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  | { readonly state: "reconnecting"; readonly retryAt: number }
  | { readonly state: "offline"; readonly retryAt: number }
  | { readonly state: "signed-out" }
  | { readonly state: "stopped"; readonly detail: string };

export type ConnectionState = Connection["state"];

/** Close codes of the server that do not simply mean "come back with your position". */
export const CLOSE = {
  malformedQuery: 4400,
  signedOut: 4401,
  forbidden: 4403,
  resync: 4409,
} as const;

/** "Offline" is only said when the attempt failed too: a local server needs no network. */
export function waiting(retryAt: number): Connection {
  return { state: navigator.onLine ? "reconnecting" : "offline", retryAt };
}
