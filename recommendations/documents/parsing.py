"""Have a document read by a process of its own (see ``reading.child``), within bounds."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO, Any

from django.conf import settings

from .errors import DocumentError

CHILD = Path(__file__).with_name("reading") / "child.py"
MEMORY_BYTES = 512 * 1024**2  # what the process may have
MAX_WORDS = 150_000  # 300 pages of 500
ANSWER_BYTES = 16 * 1024**2
WORD_EVERY = 2.0  # seconds
#: All that the process is told of this one's environment: no address, no key.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


class NotOursError(Exception):
    """The document is in other hands by now: what was read is not needed any more."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a document says; ``hidden`` is the number of invisible characters left out."""

    pages: int | None
    words: int
    hidden: int
    front_matter: dict[str, Any] | None
    sections: list[dict[str, Any]]


def parse(kind: str, content: bytes, still_ours: Callable[[], bool] = lambda: True) -> Parsed:
    """Return the text of a document.

    Args:
        still_ours: asked every few seconds; the reader is killed once it says no.

    Raises:
        DocumentError: it cannot be read; ``too_slow`` after ``DOCUMENT_PARSE_SECONDS``.
        NotOursError: ``still_ours`` said no.
    """
    order = {
        "kind": kind,
        "max_pages": settings.DOCUMENT_MAX_PAGES,
        "max_words": MAX_WORDS,
        "memory": MEMORY_BYTES,
        "seconds": settings.DOCUMENT_PARSE_SECONDS,
    }
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(content)
        given.seek(0)
        code = _run(order, given, answer, still_ours)
        answer.seek(0)
        return _parsed(answer.read(ANSWER_BYTES + 1), code)


def _run(
    order: dict[str, Any], given: IO[bytes], answer: IO[bytes], still_ours: Callable[[], bool]
) -> int:
    """Run the reader to its end; return its exit code."""
    child = subprocess.Popen(  # noqa: S603 - our own program, and no shell
        [sys.executable, "-I", str(CHILD), json.dumps(order)],
        stdin=given,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
    )
    try:
        end = monotonic() + order["seconds"]
        while (left := end - monotonic()) > 0:
            try:
                return child.wait(min(WORD_EVERY, left))
            except subprocess.TimeoutExpired:
                if not still_ours():
                    raise NotOursError from None
        raise _too_slow()
    finally:
        child.kill()
        child.wait()


def _parsed(answer: bytes, code: int) -> Parsed:
    if code in (-signal.SIGXCPU, -signal.SIGALRM):  # its own limits
        raise _too_slow()
    if code or len(answer) > ANSWER_BYTES:
        detail = f"The reader of the file died ({code}): it may need too much memory."
        raise DocumentError(detail, "reader_died")
    values = json.loads(answer)
    if "code" in values:
        raise DocumentError(values["problem"], values["code"])
    return Parsed(**values)


def _too_slow() -> DocumentError:
    detail = f"The file takes longer to read than {settings.DOCUMENT_PARSE_SECONDS} s."
    return DocumentError(detail, "too_slow")
