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

/** What a change rests on: with the `version` that was seen, an older or newer row refuses it (412). */
export interface Precondition {
  readonly version?: number;
}

/** Keys of POSTs whose answer has not come: the same one sent again is the same one to the server. */
const unsettled = new Map<string, string>();

/** Safe to call again when no answer came: what was done is not done twice. */
export async function post(path: string, body: object = {}, { version }: Precondition = {}): Promise<unknown> {
  const content = JSON.stringify(body);
  const intent = `${path} ${version ?? "*"} ${content}`;
  const key = unsettled.get(intent) ?? newKey();
  unsettled.set(intent, key);
  try {
    const headers = { ...ifMatch(version), "Idempotency-Key": key };
    const answer = await request(path, { method: "POST", body: content, headers });
    unsettled.delete(intent);
    return answer;
  } catch (error) {
    if (isFinal(error)) unsettled.delete(intent);
    throw error;
  }
}

export function patch(path: string, body: object, { version }: Precondition = {}): Promise<unknown> {
  return request(path, { method: "PATCH", body: JSON.stringify(body), headers: ifMatch(version) });
}

const ifMatch = (version: number | undefined): Record<string, string> =>
  version === undefined ? {} : { "If-Match": `"${version}"` };

/** Not `crypto.randomUUID`: that is missing where the page did not come over TLS. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether the server has said what became of a request; a failure or "in progress" leaves it open. */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof RequestError)) return false;
  return error.status > 0 && error.status < 500 && error.code !== "idempotency_in_progress";
}

export function remove(path: string): Promise<unknown> {
  return request(path, { method: "DELETE" });
}

type Init = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> };

/** Throws `RequestError`; an aborted request throws the signal's own reason. */
async function request(path: string, init: Init): Promise<unknown> {
  const response = await answer(path, init);
  return understand(path, response.status, await response.text());
}

/** The JSON of an answer; throws `RequestError` for a refusal and tells when nobody is signed in. */
export function understand(path: string, status: number, body: string): unknown {
  if (status === 401) onSignedOut();
  if (status < 200 || status >= 300) throw refusal(status, body);
  if (status === 204) return null;
  try {
    return JSON.parse(body);
  } catch {
    throw new ShapeError(`${path} did not answer with JSON`);
  }
}

/** No answer came at all. */
export const unreachable = () => new RequestError(0, "unreachable", "The server cannot be reached.");

async function answer(path: string, init: Init): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...init.headers };
  if (init.method) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = csrfToken();
  }
  try {
    const response = await fetch(path, { ...init, headers, credentials: "same-origin" });
    readClock(response);
    return response;
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw unreachable();
  }
}

function readClock(response: Response): void {
  const at = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(at)) return;
  const offsetMs = at + 500 - Date.now();
  // Below the header's resolution of a second it would only add noise.
  clockOffsetMs = Math.abs(offsetMs) > 1500 ? offsetMs : 0;
}

function refusal(status: number, body: string): RequestError {
  const problem = problemOf(body);
  const detail = problem["detail"] ?? problem["title"] ?? `The server answered ${status}.`;
  return new RequestError(
    status,
    String(problem["code"] ?? "unknown"),
    String(detail),
    (problem["errors"] ?? {}) as FieldErrors,
  );
}

function problemOf(body: string): Record<string, unknown> {
  try {
    return (JSON.parse(body) ?? {}) as Record<string, unknown>;
  } catch {
    return {}; // a proxy answers with a page of its own
  }
}

/** What every request that changes something has to carry. */
export const csrfToken = (): string => cookie("csrftoken");

function cookie(name: string): string {
  const prefix = `${name}=`;
  const pair = document.cookie.split("; ").find((entry) => entry.startsWith(prefix));
  return pair ? decodeURIComponent(pair.slice(prefix.length)) : "";
}
