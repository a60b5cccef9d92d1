import { integer, list, numberOrNull, object, text, textOrEmpty, type JsonObject } from "../rows/decode";

/** One change of a row; `data` is the whole row, read by the stream's own parser. */
export interface StreamEvent {
  readonly seq: number;
  readonly event: string;
  readonly at: string;
  readonly data: unknown;
}

/** What the server sends in session mode (subprotocol `emberwatch.v1`). */
export type Frame =
  | { type: "hello"; epoch: string; seq: number; head: number; heartbeatMs: number }
  | { type: "events"; events: readonly StreamEvent[] }
  | { type: "beacon"; head: number; at: string }
  | { type: "resync"; reason: string; head: number }
  | { type: "error"; code: string; detail: string; retry: boolean; retryAfterMs: number | null }
  | { type: "pong"; head: number | null }
  | { type: "unknown"; name: string };

export const DEFAULT_HEARTBEAT_MS = 15_000;

type Parser = (frame: JsonObject) => Frame;

const PARSERS: Readonly<Record<string, Parser>> = {
  hello: (frame) => ({
    type: "hello",
    epoch: text(frame, "epoch"),
    seq: integer(frame, "seq"),
    head: integer(frame, "head"),
    heartbeatMs: (numberOrNull(frame, "heartbeat_seconds") ?? 0) * 1000 || DEFAULT_HEARTBEAT_MS,
  }),
  events: (frame) => ({ type: "events", events: list(frame["events"], "events").map(parseEvent) }),
  beacon: (frame) => ({ type: "beacon", head: integer(frame, "head"), at: textOrEmpty(frame, "at") }),
  resync: (frame) => ({
    type: "resync",
    reason: textOrEmpty(frame, "reason"),
    head: integer(frame, "head"),
  }),
  error: (frame) => ({
    type: "error",
    code: textOrEmpty(frame, "code"),
    detail: textOrEmpty(frame, "detail"),
    retry: frame["retry"] === true,
    retryAfterMs: numberOrNull(frame, "retry_after_ms"),
  }),
  pong: (frame) => ({ type: "pong", head: numberOrNull(frame, "head") }),
};

/**
 * The one place where a frame is parsed and checked. Throws `SyntaxError` or `ShapeError` on a
 * broken one; a type that this version does not know is no error, a newer server may send it.
 */
export function parseFrame(data: unknown): Frame {
  const frame = object(JSON.parse(String(data)), "frame");
  const type = text(frame, "type");
  const parser = Object.hasOwn(PARSERS, type) ? PARSERS[type] : undefined;
  return parser ? parser(frame) : { type: "unknown", name: type };
}

function parseEvent(value: unknown): StreamEvent {
  const event = object(value, "event");
  return {
    seq: integer(event, "seq"),
    event: text(event, "event"),
    at: textOrEmpty(event, "at"),
    data: event["data"],
  };
}
