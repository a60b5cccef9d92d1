"""An OpenAI-compatible endpoint that does what a script says, over real HTTP on the loopback."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from recommendations.knowledge.text import sentences

KEY = "sk-of-the-tests-0123456789"
USAGE = {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000}


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def user(self) -> str:
        """The user's first message, as text."""
        return self.body["messages"][1]["content"]

    @property
    def material(self) -> dict[str, Any]:
        """The event and the passages, read from between the two lines."""
        first, told, last = self.user.split("\n")
        assert first == last
        return json.loads(told)

    def passages(self, heading: str) -> list[dict[str, str]]:
        """The passages with a heading, one a measure."""
        return [p for p in self.material["passages"] if p["heading"] == heading]


@dataclass(frozen=True)
class Reaction:
    """What the endpoint sends; ``hold`` waits for the end of the test before it does."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hold: bool = False
    drip: bool = False


Behaviour = Callable[[Asked], Reaction]


def completion(content: Any, *, finish: str = "stop", **extra: Any) -> Reaction:
    """A chat completion; ``usage=None`` leaves out what it cost."""
    message = {"role": "assistant", "content": content, "refusal": extra.pop("refusal", None)}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": USAGE,
        **extra,
    }
    return Reaction(200, json.dumps(body).encode())


def says(content: Any, **extra: Any) -> Behaviour:
    """An endpoint that always says the same."""
    text = content if isinstance(content, str | None) else json.dumps(content)
    return lambda asked: completion(text, **extra)


def fails(status: int, *, code: str = "", **headers: str) -> Behaviour:
    """An endpoint that answers with an error."""
    body = json.dumps({"error": {"message": "no", "code": code, "type": "", "param": None}})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda asked: Reaction(status, body.encode(), named)


def good_answer(asked: Asked, **changes: Any) -> dict[str, Any]:
    """What a careful model would answer: the first measure, in the words of its passage."""
    todo = asked.passages("What to do")[0]
    action = sentences(todo["text"])[0]
    item = {
        "title": todo["measure"],
        "action": action,
        "citations": [todo["id"]],
        "effect": {"kind": "passage", "passage_id": todo["id"]},
    }
    return {"recommendations": [{**item, **changes}]}


def writes(**changes: Any) -> Behaviour:
    """An endpoint that gives the good answer with some fields changed.

    A value that is a function makes the field from the good one.
    """

    def behave(asked: Asked) -> Reaction:
        good = good_answer(asked)["recommendations"][0]
        made = {k: v(good[k]) if callable(v) else v for k, v in changes.items()}
        return completion(json.dumps(good_answer(asked, **made)))

    return behave


class ScriptedEndpoint:
    """A server that remembers what it was asked.

    ``script`` is what it does with each request in turn; the last goes on for ever.
    """

    def __init__(self, certificate: tuple[str, str] | None = None) -> None:
        """With a certificate and its key it speaks HTTPS."""
        self.asked: list[Asked] = []
        self.script: list[Behaviour] = [writes()]
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        """Its address, as LLM_BASE_URL."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}/v1"

    def react(self, asked: Asked) -> Reaction:
        """Take the next line of the script."""
        self.asked.append(asked)
        place = min(len(self.asked), len(self.script)) - 1
        return self.script[place](asked)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reaction = endpoint.react(Asked(self.path, headers, json.loads(raw)))
                if reaction.hold:
                    endpoint.released.wait(60)
                with suppress(OSError):  # the client has given up: that is what it should do
                    self.reply(reaction)

            def reply(self, reaction: Reaction) -> None:
                self.close_connection = True
                self.send_response(reaction.status)
                headers = {"content-type": "application/json", **reaction.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("connection", "close")
                self.send_header("content-length", str(len(reaction.body)))
                self.end_headers()
                for piece in pieces(reaction, endpoint.released):
                    self.wfile.write(piece)
                    self.wfile.flush()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def pieces(reaction: Reaction, released: threading.Event) -> Iterator[bytes]:
    """The body at once, or byte by byte: never silent for long, and never done."""
    if not reaction.drip:
        yield reaction.body
        return
    for byte in reaction.body:
        yield bytes([byte])
        if released.wait(0.05):
            return


@contextmanager
def scripted(certificate: tuple[str, str] | None = None) -> Iterator[ScriptedEndpoint]:
    """A running endpoint, gone at the end."""
    with ScriptedEndpoint(certificate) as endpoint:
        yield endpoint
