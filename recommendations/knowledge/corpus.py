"""The corpus that is searched, and the index that answers for it."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from threading import Lock

from django.db.models import Count, Max, Q

from recommendations.models import Passage as PassageRow
from recommendations.models import Playbook

from . import embedding
from .embedding import Embedder
from .index_words import BM25Index
from .playbook import read_all
from .retrieval import Corpus, IndexedPlaybook, Passage, PassageIndex, searched_text
from .schema import FrontMatter

logger = logging.getLogger(__name__)

NOT_EMBEDDED = "passages have no embedding of the installed model; manage.py rag_sync makes them"

_lock = Lock()
_cached: "tuple[State, PassageIndex] | None" = None


@dataclass(frozen=True, slots=True)
class State:
    """What the tables hold, told in two small queries; equal ones have equal indexes.

    ``newest`` is the passage stored last: a playbook that is stored again has new ones.
    """

    version: str
    passages: int
    newest: int | None
    embedded: int

    @property
    def why_words_only(self) -> str:
        """Why there is nothing but words to search by; empty if there are embeddings."""
        return embedding.why_not() or (NOT_EMBEDDED if self.embedded < self.passages else "")


def state() -> State:
    """Return what the tables hold. Loads no model: any process may ask."""
    ours = Q(embedded_by=Embedder.sha256)
    counts = PassageRow.objects.aggregate(
        passages=Count("pk"), newest=Max("pk"), embedded=Count("pk", filter=ours)
    )
    return State(version_of(Playbook.objects.values_list("slug", "content_hash")), **counts)


def current_index() -> PassageIndex:
    """Return the index of the corpus in the tables, built once per process and state.

    An install that was never synced has empty tables: it uses the shipped files. Loads the
    model: only for processes that make recommendations.
    """
    global _cached
    now = state()
    with _lock:
        if _cached is None or _cached[0] != now:
            _cached = now, _stored_index() if now.passages else file_index()
        return _cached[1]


def index_in_memory() -> PassageIndex:
    """Return a new index of what the tables hold, searched in memory whatever the settings say.

    For a look at what a transaction that will be undone would bring: nobody remembers it, and
    it asks the tables for nothing more.
    """
    return _stored_index(in_memory=True)


def warm_up() -> None:
    """Load the model and build the index, so that the first task need not."""
    if state().passages:
        current_index()


def file_index() -> PassageIndex:
    """Return an index of the shipped files, which takes seconds to embed; reads no table."""
    corpus = file_corpus()
    try:
        model = embedding.embedder()
    except embedding.EmbeddingUnavailable as error:
        return _words_only(corpus, str(error))
    texts = {
        passage.id: searched_text(document.front.title, passage.heading, passage.text)
        for document in corpus.documents.values()
        for passage in document.passages
    }
    vectors = map(embedding.to_bytes, model.embed_all(list(texts.values())))
    return _hybrid(corpus, dict(zip(texts, vectors, strict=True)), model)


def file_corpus() -> Corpus:
    """Return the corpus of the shipped files."""
    files = read_all()
    version = version_of((file.front.id, file.content_hash) for file in files)
    ids = count(1)
    documents = {
        file.front.id: IndexedPlaybook(
            file.front,
            tuple(Passage(next(ids), file.front.id, s.heading, s.text) for s in file.sections),
        )
        for file in files
    }
    return Corpus(version, documents)


def version_of(hashes: Iterable[tuple[str, str]]) -> str:
    """Return one hash for a set of playbooks, whatever their order."""
    lines = "\n".join(f"{slug} {content_hash}" for slug, content_hash in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()


def _stored_index(*, in_memory: bool = False) -> PassageIndex:
    rows = _rows()
    corpus = _corpus(rows)
    passages = [row for _, passages in rows for row in passages]
    try:
        model = embedding.embedder()
    except embedding.EmbeddingUnavailable as error:
        return _words_only(corpus, str(error))
    embedded = {
        row.pk: bytes(row.embedding)
        for row in passages
        if row.embedding is not None and row.embedded_by == model.sha256
    }
    if len(embedded) < len(passages):
        return _words_only(corpus, NOT_EMBEDDED)
    found = None if in_memory else _in_database(corpus, model)
    return found or _hybrid(corpus, embedded, model)


def _rows() -> list[tuple[Playbook, list[PassageRow]]]:
    """Return the playbooks by name with their passages, in two queries."""
    playbooks = list(Playbook.objects.prefetch_related("passages"))
    playbooks.sort(key=lambda playbook: playbook.slug)  # databases sort hyphens differently
    rows = ((playbook, list(playbook.passages.all())) for playbook in playbooks)
    return [(playbook, passages) for playbook, passages in rows if passages]


def _corpus(rows: list[tuple[Playbook, list[PassageRow]]]) -> Corpus:
    documents = {
        playbook.slug: IndexedPlaybook(
            FrontMatter.model_validate(playbook.front_matter),
            tuple(Passage(p.pk, playbook.slug, p.heading, p.text) for p in passages),
        )
        for playbook, passages in rows
    }
    return Corpus(version_of((p.slug, p.content_hash) for p, _ in rows), documents)


def _hybrid(corpus: Corpus, embedded: Mapping[int, bytes], model: Embedder) -> PassageIndex:
    # Only here: numpy is there if the model is.
    from .index_hybrid import HybridIndex
    from .vectors import NumpyVectors

    return HybridIndex(corpus, NumpyVectors(corpus, embedded), model)


def _in_database(corpus: Corpus, model: Embedder) -> PassageIndex | None:
    """Return an index that PostgreSQL searches, ``None`` if the settings want none or it cannot."""
    from . import pgvector
    from .index_hybrid import HybridIndex

    if not pgvector.is_wanted():
        return None
    if why := pgvector.why_not():
        logger.warning("RAG_VECTOR_BACKEND=pgvector is not used, numpy is: %s.", why)
        return None
    return HybridIndex(corpus, pgvector.PgVectors(corpus), model)


def _words_only(corpus: Corpus, why: str) -> PassageIndex:
    logger.warning("Recommendations are searched by words only: %s.", why)
    return BM25Index(corpus)
