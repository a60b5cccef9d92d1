import { ShapeError } from "./rows/decode";

/** A field's own messages, from the `errors` of a problem+json answer. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** Why a request failed. `status` 0 means that no answer came; `code` is stable, `message` is for people. */
export class RequestError extends Error {
  override name = "RequestError";

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: FieldErrors = {},
  ) {
    super(detail);
  }
}

let onSignedOut: () => void = () => {};
let clockOffsetMs = 0;

/** Called whenever the server says that nobody is signed in. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** The server's clock in milliseconds since 1970, to a second: ages and the undo time rest on it. */
export function serverNow(): number {
  return Date.now() + clockOffsetMs;
}

export function get(path: string, signal?: AbortSignal): Promise<unknown> {
  return request(path, signal ? { signal } : {});
}

export function post(path: string, body: object = {}): Promise<unknown> {
  return request(path, { method: "POST", body: JSON.stringify(body) });
}

export function remove(path: string): Promise<unknown> {
  return request(path, { method: "DELETE" });
}

/** Throws `RequestError`; an aborted request throws the signal's own reason. */
async function request(path: string, init: RequestInit): Promise<unknown> {
  const response = await answer(path, init);
  if (response.status === 401) onSignedOut();
  if (!response.ok) throw await refusal(response);
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch {
    throw new ShapeError(`${path} did not answer with JSON`);
  }
}

async function answer(path: string, init: RequestInit): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (init.method) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = cookie("csrftoken");
  }
  try {
    const response = await fetch(path, { ...init, headers, credentials: "same-origin" });
    readClock(response);
    return response;
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new RequestError(0, "unreachable", "The server cannot be reached.");
  }
}

function readClock(response: Response): void {
  const at = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(at)) return;
  const offsetMs = at + 500 - Date.now();
  // Below the header's resolution of a second it would only add noise.
  clockOffsetMs = Math.abs(offsetMs) > 1500 ? offsetMs : 0;
}

async function refusal(response: Response): Promise<RequestError> {
  const problem = await response.json().catch(() => null) as Record<string, unknown> | null;
  const detail = problem?.["detail"] ?? problem?.["title"] ?? `The server answered ${response.status}.`;
  return new RequestError(
    response.status,
    String(problem?.["code"] ?? "unknown"),
    String(detail),
    (problem?.["errors"] ?? {}) as FieldErrors,
  );
}

function cookie(name: string): string {
  const prefix = `${name}=`;
  const pair = document.cookie.split("; ").find((entry) => entry.startsWith(prefix));
  return pair ? decodeURIComponent(pair.slice(prefix.length)) : "";
}
