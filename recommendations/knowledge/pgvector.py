"""Search in PostgreSQL with the extension pgvector: for a corpus too large for every process.

A table of its own beside the passages, made by ``manage.py rag_pgvector`` and never by a migration:
most servers do not have the extension. It is searched exactly, without an approximate index, so
that it finds what the matrix finds. The embeddings of the passages stay what it is filled from.
"""

from collections.abc import Iterable, Set

from django.conf import settings
from django.db import connection, transaction

from recommendations.models import Passage as PassageRow

from .embedding import DIMENSIONS, Embedder, Vector, from_bytes
from .retrieval import DECIMALS, Corpus, Passage

NAME = "pgvector"
TABLE = "recommendations_passage_vector"
AT_ONCE = 500

_CREATE = f"""
    CREATE TABLE IF NOT EXISTS {TABLE} (
        passage_id bigint PRIMARY KEY REFERENCES recommendations_passage ON DELETE CASCADE,
        embedded_by varchar(64) NOT NULL,
        embedding vector({DIMENSIONS}) NOT NULL
    )
"""
_FILL = f"""
    INSERT INTO {TABLE} (passage_id, embedded_by, embedding) VALUES (%s, %s, %s::vector)
    ON CONFLICT (passage_id) DO UPDATE
    SET embedded_by = EXCLUDED.embedded_by, embedding = EXCLUDED.embedding
"""  # noqa: S608 - the table is a constant
_MISSING = f"""
    SELECT p.id FROM recommendations_passage p LEFT JOIN {TABLE} v ON v.passage_id = p.id
    WHERE p.embedding IS NOT NULL AND v.embedded_by IS DISTINCT FROM p.embedded_by
"""  # noqa: S608 - the table is a constant
_NEAREST = f"""
    SELECT v.passage_id, 1 - (v.embedding <=> %s::vector) AS cosine
    FROM {TABLE} v
    JOIN recommendations_passage p ON p.id = v.passage_id
    JOIN recommendations_playbook b ON b.id = p.playbook_id
    WHERE b.slug = ANY(%s) AND v.embedded_by = %s
    ORDER BY cosine DESC LIMIT %s
"""  # noqa: S608 - the table is a constant


class PgVectors:
    """The embeddings of a corpus in its table; a process keeps none of them."""

    name = NAME

    def __init__(self, corpus: Corpus) -> None:
        passages = (p for d in corpus.documents.values() for p in d.passages)
        self._passages = {passage.id: (n, passage) for n, passage in enumerate(passages)}

    def nearest(self, vector: Vector, playbooks: Set[str], k: int) -> list[tuple[Passage, float]]:
        """Return the nearest passages, those of one cosine in the order of the corpus."""
        asked: tuple[str, list[str], str, int]
        asked = _text(vector), sorted(playbooks), Embedder.sha256, k
        with connection.cursor() as cursor:
            cursor.execute(_NEAREST, asked)
            rows = [(number, round(cosine, DECIMALS)) for number, cosine in cursor.fetchall()]
        known = [(-cosine, *self._passages[n]) for n, cosine in rows if n in self._passages]
        known.sort(key=lambda row: row[:2])
        return [(passage, -cosine) for cosine, _, passage in known]


def is_wanted() -> bool:
    """Return whether the settings ask for it."""
    return str(settings.RAG_VECTOR_BACKEND) == NAME


def why_not() -> str:
    """Return why it cannot be searched, empty if it can."""
    if TABLE not in connection.introspection.table_names():
        return f"the table {TABLE} is not there; manage.py rag_pgvector makes it"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({_MISSING})")
        (is_behind,) = cursor.fetchone()
    return "its table is not filled; manage.py rag_pgvector fills it" if is_behind else ""


@transaction.atomic
def switch_on() -> int:
    """Make the table and fill it; return how many passages were missing.

    Raises:
        DatabaseError: the server does not have the extension, or the role may not create it.
    """
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
        cursor.execute(_CREATE)
    return fill()


def switch_off() -> None:
    """Drop the table; the extension stays, others may use it."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def fill() -> int:
    """Copy the embeddings that the table has not; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING)
        missing = [number for (number,) in cursor.fetchall()]
        for batch in _batches(missing):
            rows = PassageRow.objects.filter(pk__in=batch).exclude(embedding=None)
            cursor.executemany(_FILL, [_row(row) for row in rows])
    return len(missing)


def follow() -> None:
    """Bring the table up to date where it is in use: after passages were stored."""
    if is_wanted() and TABLE in connection.introspection.table_names():
        fill()


def _row(row: PassageRow) -> tuple[int, str, str]:
    return row.pk, row.embedded_by, _text(from_bytes(bytes(row.embedding or b"")))


def _text(vector: Vector) -> str:
    return "[" + ",".join(f"{number:.9g}" for number in vector.tolist()) + "]"


def _batches(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[n : n + AT_ONCE] for n in range(0, len(numbers), AT_ONCE))
