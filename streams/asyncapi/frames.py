"""The JSON Schemas of the frames of session mode, in both directions, and of plain mode."""

from typing import Any

from streams.filters import FIELDS, MAX_LENGTH, MAX_VALUES

from .rows import PREFIX, Schema

NUMBER: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
ID: Schema = {"type": ["string", "integer"], "description": "Comes back in the answer"}


def ref(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": PREFIX + name}


def _frame(kind: str, *optional: str, **fields: Schema) -> Schema:
    properties = {"type": {"const": kind}, **fields}
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _command(kind: str, *optional: str, **fields: Schema) -> Schema:
    return _frame(kind, "id", *optional, **fields, id=ID)


def _values(fields: tuple[str, ...]) -> Schema:
    return {
        "type": "array",
        "items": {"type": "string", "maxLength": MAX_LENGTH},
        "minItems": 1,
        "maxItems": MAX_VALUES,
        "description": f"Wanted values of the row's {' or '.join(fields)}",
    }


#: What the server says in session mode, beside the events.
SERVER: dict[str, Schema] = {
    "hello": _frame(
        "hello",
        stream=TEXT,
        epoch=TEXT,
        seq=NUMBER | {"description": "The position joined at"},
        head=NUMBER | {"description": "The newest event"},
        heartbeat_seconds={"type": "number"},
        connection=TEXT,
        user={"type": ["string", "null"]},
    ),
    "beacon": _frame(
        "beacon",
        seq=NUMBER | {"description": "Everything up to it was sent or filtered out"},
        head=NUMBER,
        at=MOMENT,
    ),
    "resync": _frame(
        "resync", reason={"enum": ["trimmed", "epoch", "ahead"]}, head=NUMBER, epoch=TEXT
    ),
    "error": _command(
        "error",
        "retry_after_ms",
        code=TEXT,
        detail=TEXT,
        retry={"type": "boolean"},
        retry_after_ms=NUMBER,
    ),
    "ok": _command("ok", seq=NUMBER),
    "pong": _command("pong", head=NUMBER),
}

#: What a client may say in session mode.
CLIENT: dict[str, Schema] = {
    "ping": _command("ping"),
    "auth": _command("auth", token=TEXT),
    "filter": _command("filter", *FIELDS, **{name: _values(FIELDS[name]) for name in FIELDS})
    | {"additionalProperties": False},
}

ANSWERS = {"ping": "pong", "auth": "ok", "filter": "ok"}
SUMMARIES = {
    "hello": "The first frame",
    "events": "Changes; what waits travels together",
    "row": "One change: the row's own fields, and its number, name and time",
    "beacon": "A sign of life",
    "resync": "The position cannot be served: fetch the rows, events after head follow",
    "error": "A command was refused, or right before a close",
    "ok": "A command was carried out",
    "pong": "The answer to ping",
    "ping": "Ask for a pong",
    "auth": "A new access token of the same user, before the old one ends",
    "filter": "From now on only some rows; an absent key means all",
}


def numbered(stream: str) -> dict[str, Schema]:
    """Return what every event of a stream carries beside its row."""
    noun = stream.removesuffix("s")
    names: list[Any] = [f"{noun}.created", f"{noun}.updated"]
    return {"seq": NUMBER | {"minimum": 1}, "event": {"enum": names}, "at": MOMENT}


def events(stream: str, row: str) -> Schema:
    """Return the schema of a stream's ``events`` frame."""
    fields = {**numbered(stream), "data": ref(row)}
    event = {"type": "object", "properties": fields, "required": list(fields)}
    return _frame("events", events={"type": "array", "items": event, "minItems": 1})


def plain_row(stream: str, row: str) -> Schema:
    """Return the schema of a stream's frames in plain mode."""
    fields = numbered(stream)
    numbers = {"type": "object", "properties": fields, "required": list(fields)}
    return {"allOf": [ref(row), numbers]}
