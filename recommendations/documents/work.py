"""The two slow steps of a document, in a task: reading it, and preparing it for publication.

A task has the row's version. Whatever it found is written only while the row still has it, so
one that was taken for dead and done again by another writes nothing.
"""

import base64
import logging
from collections.abc import Callable
from pathlib import PurePath
from time import monotonic
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.text import slugify

from recommendations.knowledge.embedding import EmbeddingUnavailable, embedder, to_bytes
from recommendations.knowledge.playbook import PlaybookFile, read_all
from recommendations.knowledge.retrieval import searched_text
from recommendations.knowledge.sync import SlugTakenError, sync
from recommendations.models import Document, DocumentFile, Playbook
from streams.audit import save_setting

from . import parsing, preview, review
from .errors import DocumentError
from .parsing import NotOursError, Parsed
from .reading.markdown_text import GIVEN

logger = logging.getLogger(__name__)

NOT_OURS = "not ours"
WORD_EVERY = 2.0  # seconds
SOMETHING_WRONG = "Something went wrong on the server; it has been logged."
_LEFT_OUT = "{:,} invisible characters were left out of the text."
Status = Document.Status
#: What need not be said.
_EMPTY: dict[str, Any] = {
    "version": 1,
    "effect": None,
    "payback_months": None,
    "preconditions": [],
    "sources": [],
}


def read(pk: int, version: int) -> str:
    """Read a document that waits: it is a draft then, or refused. Returns its status."""
    document = _ours(pk, version, Status.WAITING)
    if document is None:
        return NOT_OURS
    content = bytes(DocumentFile.objects.get(document=document).content)
    try:
        parsed = parsing.parse(document.kind, content, still_ours=Heartbeat(pk, version))
    except NotOursError:
        return NOT_OURS
    except DocumentError as error:
        return _refuse(pk, version, error)
    except (DatabaseError, OSError):
        raise  # it passes, or it is noted after some attempts: see upkeep
    except Exception:
        logger.exception("document %d could not be read", pk)
        return _refuse(pk, version, DocumentError(SOMETHING_WRONG, "server_error"))
    return _finish(pk, version, Status.WAITING, drafted(document, parsed))


def drafted(document: Document, parsed: Parsed) -> dict[str, Any]:
    """Return what a document says, and what can be said of it without anybody's help."""
    given = {name: value for name, value in (parsed.front_matter or {}).items()
             if name in review.FRONT}  # fmt: skip
    for name, value in _EMPTY.items():
        given.setdefault(name, value)
    title = next((s["heading"] for s in parsed.sections), PurePath(document.name).stem)
    named = PurePath(document.name).stem
    given.setdefault("title", (title if title != "Introduction" else named)[:80])
    given.setdefault("id", slugify(named)[:100])
    given["left_out"] = [s["heading"] for s in parsed.sections if s["heading"] == GIVEN]
    return {
        "status": Status.DRAFT,
        "pages": parsed.pages,
        "words": parsed.words,
        "sections": parsed.sections,
        "problem": _LEFT_OUT.format(parsed.hidden) if parsed.hidden else "",
        "front_matter": given,
        "heartbeat_at": None,
    }


def prepare(pk: int, version: int) -> str:
    """Make a reviewed document's embeddings and its preview. Returns its status."""
    document = _ours(pk, version, Status.REVIEWED)
    if document is None:
        return NOT_OURS
    still_ours = Heartbeat(pk, version)
    try:
        if not Playbook.objects.filter(document=None).exists():
            # Else this document's playbook would be all there is.
            sync(read_all(), progress=still_ours.told)
        playbook = review.playbook_of(document)
        prepared = _embedded(playbook, still_ours)
        seen = preview.look(document, playbook, prepared, still_ours)
    except NotOursError:
        return NOT_OURS
    except (review.ReviewError, SlugTakenError) as error:
        return _finish(pk, version, Status.REVIEWED, _draft_again(error))
    found = {"prepared": prepared, "preview": seen, "heartbeat_at": None}
    return _finish(pk, version, Status.REVIEWED, found)


class Heartbeat:
    """Says that a document is being worked on, and learns whether it is still ours."""

    def __init__(self, pk: int, version: int) -> None:
        self._row = Document.objects.filter(pk=pk, version=version)
        self._said = monotonic()

    def __call__(self) -> bool:
        """Return whether the row has still our version; asks every few seconds at most."""
        if monotonic() < self._said + WORD_EVERY:
            return True
        self._said = monotonic()
        return bool(self._row.update(heartbeat_at=timezone.now()))

    def told(self, done: int, total: int) -> None:
        """Say it while something else counts how far it is."""
        self()


def _embedded(playbook: PlaybookFile, still_ours: Callable[[], bool]) -> dict[str, Any]:
    """Return the embeddings of a playbook's passages, or why there are none."""
    values = {"content_hash": playbook.content_hash, "embedded_by": "", "embeddings": None}
    try:
        model = embedder()
    except EmbeddingUnavailable as error:
        return {**values, "why_not_embedded": str(error)}
    vectors = []
    for section in playbook.sections:
        if not still_ours():
            raise NotOursError
        text = searched_text(playbook.front.title, section.heading, section.text)
        vectors.append(base64.b64encode(to_bytes(model.embed(text))).decode())
    return {**values, "embedded_by": model.sha256, "embeddings": vectors, "why_not_embedded": ""}


def _draft_again(error: Exception) -> dict[str, Any]:
    code = getattr(error, "code", "slug_taken")
    problem = {"problem_code": code, "problem": str(error)[:500]}
    return {"status": Status.DRAFT, "heartbeat_at": None, **problem}


def _refuse(pk: int, version: int, error: DocumentError) -> str:
    values = {"status": Status.REFUSED, "problem_code": error.code, "problem": str(error)[:500]}
    return _finish(pk, version, Status.WAITING, {**values, "heartbeat_at": None})


def _ours(pk: int, version: int, status: str) -> Document | None:
    rows = Document.objects.filter(pk=pk, version=version, status=status)
    rows.update(heartbeat_at=timezone.now())
    return rows.first()


def _finish(pk: int, version: int, status: str, values: dict[str, Any]) -> str:
    """Write what was found, unless the document is in other hands by now."""
    with transaction.atomic():
        rows = Document.objects.select_for_update(no_key=True)
        document = rows.filter(pk=pk, version=version, status=status).first()
        if document is None:
            return NOT_OURS
        for name, value in values.items():
            setattr(document, name, value)
        save_setting(document, by=None, via="worker")
    return document.status
