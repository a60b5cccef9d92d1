"""The same situations give the same bytes: again, in another process, on another database."""

import json

import pytest

from tests.recommendations.evaluation import OFF_DOMAIN, SITUATIONS, rows
from tests.recommendations.support import with_event
from tests.servers import EmberwatchServer, PostgresServer

pytestmark = [pytest.mark.servers, pytest.mark.postgres]  # once is enough: it brings both
EVERY = 6
ASKED = (rows(SITUATIONS["dev"]) + rows(SITUATIONS["earlier"]) + rows(OFF_DOMAIN["dev"]))[::EVERY]


def recommend(server, seed):
    """What the command prints, in a process of its own."""
    server.settings["PYTHONHASHSEED"] = seed
    lines = "".join(json.dumps(with_event(row)) + "\n" for row in ASKED)
    return server.manage("recommend", "--json", said=lines)


def test_three_runs_two_databases_the_same_bytes():
    sqlite = EmberwatchServer()
    with PostgresServer() as postgres:
        postgresql = EmberwatchServer(database=postgres.url)
        try:
            first = recommend(sqlite.install(embeddings=True), "1")
            again = recommend(sqlite, "2")
            other = recommend(postgresql.install(embeddings=True), "3")
        finally:
            sqlite.close()
            postgresql.close()

    answers = [json.loads(line) for line in first.splitlines()]
    assert [answer["id"] for answer in answers] == [row["id"] for row in ASKED]
    assert {answer["retriever"] for answer in answers} == {"hybrid"}
    assert first == again
    assert first == other
