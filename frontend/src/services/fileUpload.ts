import { csrfToken, understand, unreachable } from "./http";

/** Bytes on the way to the server; `total` includes the little that the form adds. */
export interface Sent {
  readonly bytes: number;
  readonly total: number;
}

interface Watching {
  readonly onProgress: (sent: Sent) => void;
  readonly signal: AbortSignal;
}

/**
 * Posts a file as a form and tells how much has gone out, which `fetch` cannot.
 * Throws `RequestError`; an aborted upload throws the signal's own reason.
 */
export function sendFile(path: string, file: File, { onProgress, signal }: Watching): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.upload.onprogress = ({ loaded, total }) => onProgress({ bytes: loaded, total });
    request.onload = () => settle(path, request, resolve, reject);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", path);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.send(form);
  });
}

function settle(
  path: string,
  { status, responseText }: XMLHttpRequest,
  resolve: (answer: unknown) => void,
  reject: (error: unknown) => void,
): void {
  try {
    resolve(understand(path, status, responseText));
  } catch (error) {
    reject(error);
  }
}
