"""The corpus that is searched: from the tables, or from the files they are filled with."""

import hashlib
from collections.abc import Iterable
from itertools import count
from threading import Lock

from recommendations.models import Playbook

from .playbook import read_all
from .retrieval import BM25Index, Corpus, Document, Passage, PassageIndex
from .schema import FrontMatter

_lock = Lock()
_cached: tuple[str, PassageIndex] | None = None  # by the version in the tables


def current_index() -> PassageIndex:
    """Return the index of the corpus in the tables, built once per process and version.

    An install that was never synced has empty tables: it uses the shipped files.
    """
    global _cached
    hashes = dict(Playbook.objects.values_list("slug", "content_hash"))
    version = version_of(hashes.items())
    with _lock:
        if _cached is None or _cached[0] != version:
            _cached = version, BM25Index(stored_corpus()) if hashes else file_index()
        return _cached[1]


def file_index() -> PassageIndex:
    """Return an index of the shipped files; reads no table."""
    return BM25Index(file_corpus())


def file_corpus() -> Corpus:
    """Return the corpus of the shipped files."""
    files = read_all()
    version = version_of((file.front.id, file.content_hash) for file in files)
    ids = count(1)
    documents = {
        file.front.id: Document(
            file.front,
            tuple(Passage(next(ids), file.front.id, s.heading, s.text) for s in file.sections),
        )
        for file in files
    }
    return Corpus(version, documents)


def stored_corpus() -> Corpus:
    """Return the corpus of the tables, in two queries."""
    playbooks = list(Playbook.objects.prefetch_related("passages").order_by("slug"))
    documents = {
        playbook.slug: Document(
            FrontMatter.model_validate(playbook.front_matter),
            tuple(
                Passage(passage.pk, playbook.slug, passage.heading, passage.text)
                for passage in playbook.passages.all()
            ),
        )
        for playbook in playbooks
    }
    return Corpus(version_of((p.slug, p.content_hash) for p in playbooks), documents)


def version_of(hashes: Iterable[tuple[str, str]]) -> str:
    """Return one hash for a set of playbooks, whatever their order."""
    lines = "\n".join(f"{slug} {content_hash}" for slug, content_hash in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()
