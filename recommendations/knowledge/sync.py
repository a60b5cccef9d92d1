"""Bring the tables in line with the playbook files, and every passage under one model."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from recommendations.models import Document, Passage, Playbook

from . import pgvector
from .embedding import EmbeddingUnavailable, embedder, to_bytes
from .playbook import PlaybookFile
from .retrieval import searched_text

logger = logging.getLogger(__name__)

LATER = "left to the next run"

#: Is told how many passages are embedded, and how many there are to do.
type Progress = Callable[[int, int], None]


class SlugTakenError(ValueError):
    """A playbook of this name came from elsewhere: from a file, or from another document."""


@dataclass(slots=True)
class Changes:
    """The ids of the playbooks, by what happened to them.

    ``taken`` are files whose name a document's playbook has: these are left alone.
    ``embedded`` counts passages; ``why_not_embedded`` is empty where the model is at hand.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    embedded: int = 0
    why_not_embedded: str = ""


def sync(
    files: list[PlaybookFile], *, embed: bool = True, progress: Progress | None = None
) -> Changes:
    """Store the files that are new or differ by hash, remove what has no file any more.

    What a document brought is never touched, except that it is embedded again when the model
    changed. The slow part, the embeddings, is done before anything is locked, and only for
    texts that have none of this model. Running it again changes nothing.

    Args:
        embed: whether to embed now; until it is done, the search is by words alone.
    """
    vectors, model, why_not = _vectors(files, progress) if embed else ({}, "", LATER)
    with transaction.atomic():
        changes = _store_changed(files)
        changes.embedded = _embed_passages(vectors, model)
    changes.why_not_embedded = why_not
    return changes


def store(
    file: PlaybookFile,
    *,
    document: Document | None = None,
    embeddings: list[bytes] | None = None,
    embedded_by: str = "",
) -> Playbook:
    """Store a playbook in place of the one of the same name and origin. Within a transaction.

    Args:
        document: where it came from; ``None`` for a shipped file.
        embeddings: one per section (``embed_sections``), made by the model ``embedded_by``.

    Raises:
        SlugTakenError: a playbook of this name came from elsewhere.
    """
    stored = Playbook.objects.select_for_update().filter(slug=file.front.id).first()
    if stored and stored.document_id != (document.pk if document else None):
        raise SlugTakenError(f"there is a playbook {file.front.id} already")
    told = _columns(file) | {"document": document}
    playbook, _ = Playbook.objects.update_or_create(slug=file.front.id, defaults=told)
    playbook.passages.all().delete()
    made_by = embedded_by if embeddings else ""
    Passage.objects.bulk_create(
        Passage(
            playbook=playbook,
            position=position,
            heading=section.heading,
            text=section.text,
            embedding=embeddings[position] if embeddings else None,
            embedded_by=made_by,
        )
        for position, section in enumerate(file.sections)
    )
    pgvector.follow()
    return playbook


def _columns(file: PlaybookFile) -> dict[str, Any]:
    """What a playbook's row says of its file."""
    return {
        "title": file.front.title,
        "edition": file.front.version,
        "front_matter": file.front.model_dump(mode="json"),
        "content_hash": file.content_hash,
    }


def embed_sections(file: PlaybookFile) -> list[bytes]:
    """Return one embedding per section, by ``embedder().sha256``, as ``store`` takes them.

    Raises:
        EmbeddingUnavailable: there is no model.
    """
    model = embedder()
    return [to_bytes(model.embed(text)) for text in _texts(file)]


def _vectors(
    files: list[PlaybookFile], progress: Progress | None
) -> tuple[dict[str, bytes], str, str]:
    """Return an embedding for each text there will be, the model's hash, or why there is none."""
    try:
        model = embedder()
    except EmbeddingUnavailable as error:
        return {}, "", str(error)
    stored = list(Passage.objects.select_related("playbook"))
    vectors = {
        _text(passage): bytes(passage.embedding)
        for passage in stored
        if passage.embedding is not None and passage.embedded_by == model.sha256
    }
    wanted = {text for file in files for text in _texts(file)}
    wanted |= {_text(passage) for passage in stored if passage.playbook.document_id}
    missing = sorted(wanted - vectors.keys())
    for done, vector in enumerate(model.embed_all(missing)):
        vectors[missing[done]] = to_bytes(vector)
        if progress:
            progress(done + 1, len(missing))
    return vectors, model.sha256, ""


def _store_changed(files: list[PlaybookFile]) -> Changes:
    stored = {p.slug: p for p in Playbook.objects.select_for_update().order_by("pk")}
    shipped = {slug for slug, playbook in stored.items() if playbook.document_id is None}
    changes = Changes(removed=sorted(shipped - {file.front.id for file in files}))
    Playbook.objects.filter(slug__in=changes.removed).delete()
    for file in files:
        slug = file.front.id
        if slug not in stored:
            changes.added.append(slug)
        elif slug not in shipped:
            changes.taken.append(slug)
            continue
        elif stored[slug].content_hash == file.content_hash:
            changes.unchanged.append(slug)
            continue
        else:
            changes.changed.append(slug)
        store(file)
    return changes


def _embed_passages(vectors: dict[str, bytes], model: str) -> int:
    """Give the passages that have no embedding of this model theirs; return how many."""
    if not model:
        return 0
    passages = Passage.objects.select_related("playbook").exclude(embedded_by=model)
    changed = []
    for passage in passages.order_by("pk"):
        if vector := vectors.get(_text(passage)):
            passage.embedding, passage.embedded_by = vector, model
            changed.append(passage)
    Passage.objects.bulk_update(changed, ["embedding", "embedded_by"], batch_size=100)
    pgvector.follow()
    return len(changed)


def _texts(file: PlaybookFile) -> Iterable[str]:
    return [searched_text(file.front.title, s.heading, s.text) for s in file.sections]


def _text(passage: Passage) -> str:
    return searched_text(passage.playbook.title, passage.heading, passage.text)
