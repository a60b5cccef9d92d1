"""Which recommendations would be others if a document were published: looked at beforehand."""

import base64
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from hotspots.models import Hotspot
from recommendations.advising import situation_of
from recommendations.generation.recommending import recommend
from recommendations.generation.situation import Situation
from recommendations.knowledge.corpus import current_index, index_in_memory, version_of
from recommendations.knowledge.playbook import PlaybookFile
from recommendations.knowledge.reference import reference_situations
from recommendations.knowledge.retrieval import PassageIndex
from recommendations.knowledge.sync import store
from recommendations.models import Document, Playbook

from .parsing import NotOursError

HOTSPOTS = 50  # the newest
MAX_SHOWN = 100  # changes of each kind that are kept
_Asked = tuple[dict[str, Any], Situation]


def look(
    document: Document,
    playbook: PlaybookFile,
    prepared: dict[str, Any],
    still_ours: Callable[[], bool],
) -> dict[str, Any]:
    """Return what would change, as ``Document.preview`` keeps it.

    Raises:
        NotOursError: ``still_ours`` said no.
        SlugTakenError: another playbook has the slug.
    """
    before, after = _indexes(document, playbook, prepared)
    slug = playbook.front.id
    return {
        "corpus": before.corpus.version,
        "content_hash": playbook.content_hash,
        "retriever": after.name,
        "at": timezone.now().isoformat(),
        "situations": _changes(_situations(), before, after, slug, still_ours),
        "hotspots": _changes(_hotspots(), before, after, slug, still_ours),
    }


def is_current(document: Document, playbook: PlaybookFile) -> bool:
    """Whether the preview is of this review, of the corpus of now, and ready to be acted on."""
    seen, prepared = document.preview or {}, document.prepared or {}
    hashes = {seen.get("content_hash"), prepared.get("content_hash")}
    return seen.get("corpus") == corpus_version() and hashes == {playbook.content_hash}


def store_prepared(document: Document, playbook: PlaybookFile, prepared: dict[str, Any]) -> None:
    """Store a document's playbook with what its worker prepared. Within a transaction.

    Raises:
        SlugTakenError: another playbook has the slug.
    """
    vectors = prepared["embeddings"]
    store(
        playbook,
        document=document,
        embeddings=[base64.b64decode(vector) for vector in vectors] if vectors else None,
        embedded_by=prepared["embedded_by"],
    )


def corpus_version() -> str:
    """Return the version of the corpus in the tables, without loading it."""
    return version_of(Playbook.objects.values_list("slug", "content_hash"))


def _indexes(
    document: Document, playbook: PlaybookFile, prepared: dict[str, Any]
) -> tuple[PassageIndex, PassageIndex]:
    """Return the index as it is, and as it would be: published in a transaction that is undone."""
    with transaction.atomic():
        before = current_index()
        store_prepared(document, playbook, prepared)
        after = index_in_memory()
        transaction.set_rollback(True)
    return before, after


def _situations() -> Iterator[_Asked]:
    for one in reference_situations():
        row = {"entity_type": one.entity_type, "metric": one.metric}
        about = {"name": one.id, "text": one.text, **row}
        yield about, Situation.from_row(row, note=one.text)


def _hotspots() -> Iterator[_Asked]:
    rows = Hotspot.objects.with_names().exclude(rule=Hotspot.Rule.DATA_QUALITY).order_by("-pk")
    for row in rows[:HOTSPOTS]:
        situation = situation_of(row)
        text = situation.note or row.explanation
        about = {"name": f"#{row.pk}", "text": text, "hotspot": row.pk}
        about |= {"entity_type": situation.entity_type, "metric": situation.metric}
        yield about, situation


def _changes(
    asked: Iterable[_Asked],
    before: PassageIndex,
    after: PassageIndex,
    slug: str,
    still_ours: Callable[[], bool],
) -> dict[str, Any]:
    """Return how many situations were asked, change, and find this one; and the first of these."""
    found = []
    count = 0
    for about, situation in asked:
        if not still_ours():
            raise NotOursError
        count += 1
        now, then = _proposed(situation, before), _proposed(situation, after)
        if now != then:
            rank = then.index(slug) + 1 if slug in then else None
            found.append({**about, "before": now, "after": then, "rank": rank})
    own = sum(one["rank"] is not None for one in found)
    return {"asked": count, "changed": len(found), "found": own, "rows": found[:MAX_SHOWN]}


def _proposed(situation: Situation, index: PassageIndex) -> list[str]:
    return [draft.playbook for draft in recommend(situation, index).drafts]
