"""Sixteen writers on the same rows: no deadlock, no lost update, no gap."""

import json
import sys
from collections import Counter, defaultdict

import psycopg
import pytest

from tests.faults.clients import quiet_days
from tests.faults.writers import SERIES, Writers

pytestmark = [
    pytest.mark.servers,
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.xdist_group("installation"),  # one for all: see `pair`
]
TABLES = {
    "hotspots": "hotspots_hotspot",
    "alerts": "alerts_alert",
    "recommendations": "recommendations_recommendation",
}


def test_sixteen_writers_lose_nothing(pair, postgres, seconds, capsys):
    first, second = pair
    sender = first.token("ingester")
    for number in range(SERIES):
        first.call("POST", "/api/events", quiet_days(f"Mill {number}"), sender)

    writers = Writers((first, second))
    writers.run(seconds)

    with capsys.disabled():
        sys.stdout.write(f"\n{seconds:g} s, 16 writers: {report(writers.answers)}")
    assert writers.failures == []
    assert writers.answers["/api/events", 200] > 0
    chain = json.loads(first.manage("verify_history", "--json"))
    assert (chain["ok"], chain["records"] > 0) == (True, True)
    with psycopg.connect(postgres.url) as database:
        for stream, table in TABLES.items():
            check_stream(database, stream, table)
        deadlocks = database.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert deadlocks == (0,)


def check_stream(database: psycopg.Connection, stream: str, table: str) -> None:
    """The log has every number once, and every save of every row once."""
    log = database.execute(
        "SELECT seq, data FROM streams_streamevent WHERE stream = %s ORDER BY id", [stream]
    ).fetchall()
    assert [seq for seq, _ in log] == list(range(1, len(log) + 1))
    versions: dict[int, list[int]] = defaultdict(list)
    for _, data in log:
        row = json.loads(data)
        versions[row["id"]].append(row["version"])
    saved = dict(database.execute(f"SELECT id, version FROM {table}").fetchall())  # noqa: S608
    # A lost update would leave a version twice, or a row behind its last event.
    assert {pk: list(range(1, version + 1)) for pk, version in saved.items()} == versions


def report(answers: Counter[tuple[str, int]]) -> str:
    """The answers by kind, one text."""
    return ", ".join(f"{kind} {status}: {n}" for (kind, status), n in sorted(answers.items()))
