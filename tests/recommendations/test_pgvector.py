"""PostgreSQL searches the embeddings where it is asked to, and finds the same."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from recommendations.knowledge import corpus, pgvector
from recommendations.knowledge.corpus import current_index
from recommendations.knowledge.embedding import Embedder
from recommendations.knowledge.playbook import read_all
from recommendations.knowledge.reference import reference_situations
from recommendations.knowledge.sync import embed_sections, store, sync
from recommendations.models import Passage

ROOT = Path(__file__).parents[2]
FILES = read_all()[:6]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_index_yet(monkeypatch):
    """As a process that has not searched: SQLite gives the numbers of rolled back rows again."""
    monkeypatch.setattr(corpus, "_cached", None)


@pytest.fixture
def in_postgres(settings):
    """The shipped playbooks, searched by PostgreSQL."""
    sync(read_all())
    settings.RAG_VECTOR_BACKEND = "pgvector"
    out = StringIO()
    call_command("rag_pgvector", stdout=out)
    return out.getvalue()


def backend():
    return current_index()._vectors.name


@pytest.mark.postgres
def test_pgvector_and_numpy_propose_the_same_for_every_reference_situation(
    in_postgres, settings, monkeypatch
):
    ours = current_index()
    assert backend() == "pgvector"
    settings.RAG_VECTOR_BACKEND = "numpy"
    monkeypatch.setattr(corpus, "_cached", None)
    theirs = current_index()
    assert backend() == "numpy"

    for one in reference_situations():
        place = {"entity_type": one.entity_type, "metric": one.metric, "k": 10}
        mine = [hit.playbook for hit in ours.search(one.text, **place)]
        assert mine == [hit.playbook for hit in theirs.search(one.text, **place)], one.id
    assert in_postgres == f"{Passage.objects.count()} passages copied.\n"


@pytest.mark.postgres
def test_what_is_stored_later_is_searched_in_postgres_too(in_postgres):
    store(FILES[0], embeddings=embed_sections(FILES[0]), embedded_by=Embedder.sha256)

    assert pgvector.why_not() == ""
    assert backend() == "pgvector"
    assert pgvector.switch_on() == 0


@pytest.mark.postgres
def test_without_its_table_numpy_searches_and_the_log_says_so(settings, caplog):
    settings.RAG_VECTOR_BACKEND = "pgvector"
    sync(FILES)

    assert backend() == "numpy"
    assert "manage.py rag_pgvector makes it" in caplog.text


@pytest.mark.postgres
def test_a_table_that_is_behind_is_not_searched(in_postgres, settings, caplog):
    settings.RAG_VECTOR_BACKEND = "numpy"
    store(FILES[0], embeddings=embed_sections(FILES[0]), embedded_by=Embedder.sha256)
    settings.RAG_VECTOR_BACKEND = "pgvector"

    assert backend() == "numpy"
    assert "rag_pgvector fills it" in caplog.text


@pytest.mark.postgres
def test_pgvector_is_switched_off_again(in_postgres):
    call_command("rag_pgvector", off=True, stdout=StringIO())

    assert pgvector.TABLE not in connection.introspection.table_names()


@pytest.mark.sqlite
def test_sqlite_cannot_have_pgvector():
    with pytest.raises(CommandError, match="needs PostgreSQL"):
        call_command("rag_pgvector")


@pytest.mark.parametrize(
    ("value", "complaint"),
    [("faiss", "must be numpy or pgvector"), ("pgvector", "pgvector needs PostgreSQL")],
)
def test_a_setting_that_cannot_be_stops_the_start(value, complaint):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "",
        "RAG_VECTOR_BACKEND": value,
    }

    stopped = subprocess.run(
        [sys.executable, "manage.py", "check"],
        capture_output=True, text=True, cwd=ROOT, env=environment, check=False,
    )  # fmt: skip

    assert stopped.returncode
    assert complaint in stopped.stderr
