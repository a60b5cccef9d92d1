"""The AsyncAPI 3 document: each stream's route in both modes, from the server's side."""

from functools import cache
from typing import Any

from django.conf import settings

from streams import closing
from streams.handshake import BEARER, MAX_SEQ, PLAIN, SESSION

from . import frames
from .frames import NUMBER, TEXT
from .rows import Rows, Schema

DESCRIPTION = (
    "Every change of a row is one event of its stream: numbered without a gap in commit order, "
    "delivered in order, without gap or repeat. A client that comes back with its last `seq` as "
    "`since` gets what it missed. Rows are those of the REST API (`/api/schema`)."
)
ALSO = {"recommendations": "/ws/recommend"}
PROTOCOL_HEADER = "Sec-WebSocket-Protocol"
SCHEMES: dict[str, Schema] = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "bearerSubprotocol": {
        "type": "httpApiKey",
        "in": "header",
        "name": PROTOCOL_HEADER,
        "description": f"An entry `{BEARER}<access token>` beside the mode's; it is not echoed",
    },
    "ticket": {
        "type": "httpApiKey",
        "in": "query",
        "name": "ticket",
        "description": "From `POST /api/stream-tickets`: one use, 30 s, one user and stream",
    },
    "session": {
        "type": "httpApiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": "Only with an allowed `Origin`",
    },
}


def document(host: str, *, secure: bool) -> Schema:
    """Return the description of the server that is reached by a host name."""
    server = {
        "host": host,
        "protocol": "wss" if secure else "ws",
        "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in SCHEMES],
    }
    return _document() | {"servers": {"this": server}}


@cache
def _document() -> Schema:
    rows = Rows()
    schemas: dict[str, Schema] = {**frames.SERVER, **frames.CLIENT}
    for stream in settings.STREAMS:
        row = rows.name(stream)
        schemas[f"{stream}.events"] = frames.events(stream, row)
        schemas[f"{stream}.row"] = frames.plain_row(stream, row)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": settings.SPECTACULAR_SETTINGS["TITLE"],
            "version": settings.SPECTACULAR_SETTINGS["VERSION"],
            "description": DESCRIPTION,
        },
        "defaultContentType": "application/json",
        "channels": _each_stream(_channels),
        "operations": _each_stream(_operations),
        "components": {
            "schemas": schemas | rows.schemas,
            "messages": {name: _message(name) for name in schemas},
            "securitySchemes": SCHEMES,
        },
        "x-close-codes": _close_codes(),
    }


def _each_stream(make: Any) -> Schema:
    return {name: part for stream in settings.STREAMS for name, part in make(stream).items()}


def _message(name: str) -> Schema:
    kind = name.rpartition(".")[2]
    return {
        "name": kind,
        "summary": frames.SUMMARIES[kind],
        "payload": frames.ref(name),
        **({"correlationId": {"location": "$message.payload#/id"}} if _has_id(name) else {}),
    }


def _has_id(name: str) -> bool:
    return name in frames.CLIENT or name == "error" or name in frames.ANSWERS.values()


def _channels(stream: str) -> Schema:
    session = {name: name for name in (*frames.SERVER, *frames.CLIENT)}
    return {
        stream: _channel(stream, SESSION, session | {"events": f"{stream}.events"}),
        f"{stream}Plain": _channel(stream, PLAIN, {"row": f"{stream}.row"}),
    }


def _channel(stream: str, mode: str, messages: dict[str, str]) -> Schema:
    also = f" Also at `{ALSO[stream]}`." if stream in ALSO else ""
    optional = " or without one" if mode == PLAIN else ""
    return {
        "address": f"/ws/{stream}",
        "title": f"{stream.capitalize()}, {'plain' if mode == PLAIN else 'session'} mode",
        "description": f"With the subprotocol `{mode}`{optional}; needs the permission"
        f" `{settings.STREAMS[stream]}`. A trailing slash is accepted.{also}",
        "messages": {
            name: {"$ref": f"#/components/messages/{message}"} for name, message in messages.items()
        },
        "bindings": {"ws": _handshake(mode)},
    }


def _handshake(mode: str) -> Schema:
    header = {PROTOCOL_HEADER: {"type": "string", "description": f"Offers `{mode}`"}}
    query = {
        "since": NUMBER | {"maximum": MAX_SEQ, "description": "Resume after this event"},
        "epoch": TEXT | {"description": "The log that `since` belongs to"},
        "ticket": TEXT,
    }
    return {
        "method": "GET",
        "query": {"type": "object", "properties": query},
        "headers": {
            "type": "object",
            "properties": header,
            "required": [PROTOCOL_HEADER] if mode == SESSION else [],
        },
        "bindingVersion": "0.1.0",
    }


def _operations(stream: str) -> Schema:
    """Return what the server does: it sends, and receives commands that it answers."""
    unasked = [name for name in frames.SERVER if name not in frames.ANSWERS.values()]
    plain = f"{stream}Plain"
    commands = {
        f"{stream}.{command}": _operation("receive", stream, command)
        | {"reply": _operation("", stream, answer, "error")}
        for command, answer in frames.ANSWERS.items()
    }
    return {
        f"{stream}.send": _operation("send", stream, *unasked, "events"),
        f"{plain}.send": _operation("send", plain, "row"),
        **commands,
    }


def _operation(action: str, channel: str, *messages: str) -> Schema:
    path = f"#/channels/{channel}"
    return {
        **({"action": action} if action else {}),
        "channel": {"$ref": path},
        "messages": [{"$ref": f"{path}/messages/{name}"} for name in messages],
    }


def _close_codes() -> list[Schema]:
    known = {one for one in vars(closing).values() if isinstance(one, closing.Closing)}
    return [
        {"code": one.code, "name": one.name, "detail": one.detail, "retry": one.retry}
        for one in sorted(known)
    ]
