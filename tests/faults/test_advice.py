"""Workers killed in the middle of a hundred recommendations: each hotspot gets exactly one set."""

import time
from datetime import UTC, datetime

import psycopg
import pytest

from recommendations.knowledge.reference import reference_situations
from tests.faults.drill import TaskWorker
from tests.servers import EmberwatchServer, PostgresServer, ValkeyServer

pytestmark = [pytest.mark.servers]
HOTSPOTS = 100
#: A worker is killed each time that so many hotspots more have their advice.
KILLED_AFTER = (15, 45, 75)
PATIENCE_SECONDS = 180

ANSWERED = "SELECT count(*) FROM hotspots_hotspot WHERE advice <> 'pending'"
#: Tasks at work on a hotspot that has no advice yet.
AT_WORK = """
SELECT count(*) FROM django_tasks_database_dbtaskresult AS task
JOIN hotspots_hotspot ON hotspots_hotspot.id = (task.args_kwargs -> 'args' ->> 0)::bigint
WHERE task.status = 'RUNNING' AND advice = 'pending' AND started_at >= '{since}'
"""
#: As if the lease of what a dead worker had taken were over, and the grace of new requests.
LEASE_OVER = """
UPDATE django_tasks_database_dbtaskresult SET started_at = started_at - interval '5 minutes'
WHERE status = 'RUNNING';
UPDATE hotspots_hotspot SET created_at = created_at - interval '5 minutes';
"""
#: A set is written in one transaction, so its rows expire together.
SETS = """
SELECT hotspot_id, count(*), count(DISTINCT playbook), count(DISTINCT expires_at)
FROM recommendations_recommendation GROUP BY hotspot_id
"""
EVENTS = """
SELECT count(*), count(DISTINCT data::json ->> 'id') FROM streams_streamevent
WHERE event = 'recommendation.created'
"""


@pytest.fixture
def installation():
    """The settings of a PostgreSQL and a Valkey of this test alone."""
    with PostgresServer(durable=True) as postgres, ValkeyServer() as valkey:
        yield {
            "database": postgres.url,
            "redis": valkey.url,
            "EMBEDDED_WORKER": "false",
            "ALERT_STORM_HOTSPOTS": "0",
        }


def events():
    """First readings far above their own target, with the notes of well known situations."""
    known = [one for one in reference_situations() if one.metric == "co2e"]
    return [
        {
            "entity": f"Entity {number}",
            "entity_type": one.entity_type,
            "metric": "co2e",
            "value": 130.0,
            "baseline": 100.0,
            "time": datetime.now(UTC).isoformat(),
            "attributes": {"note": one.text},
        }
        for number, one in ((n, known[n % len(known)]) for n in range(HOTSPOTS))
    ]


def until(database, query, number):
    """Wait until a count is reached; the test fails if it never is."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (found := database.execute(query).fetchone()[0]) < number:
        assert time.monotonic() < end, f"{found} of {number}"
        time.sleep(0.005)


def test_workers_killed_among_a_hundred_hotspots_leave_one_set_each(installation):
    url = installation["database"]
    with (
        EmberwatchServer(**installation).install("ingester") as server,
        psycopg.connect(url, autocommit=True) as database,
    ):
        status, report = server.call("POST", "/api/events", events(), server.token("ingester"))
        assert (status, len(report["hotspots"])) == (200, HOTSPOTS)
        worker, lost = TaskWorker(**installation), 0
        for answered in KILLED_AFTER:
            at_work = AT_WORK.format(since=datetime.now(UTC).isoformat())
            worker.start()
            until(database, ANSWERED, answered)
            until(database, at_work, 1)
            worker.kill()
            lost += database.execute(at_work).fetchone()[0]
        database.execute(LEASE_OVER)
        with worker:
            until(database, ANSWERED, HOTSPOTS)

        sets = database.execute(SETS).fetchall()
        ready = "SELECT count(*) FROM hotspots_hotspot WHERE advice = 'ready'"
        written, distinct = database.execute(EVENTS).fetchone()
        assert lost >= 1, "no worker was killed at work: the test proved nothing"
        assert len(sets) == database.execute(ready).fetchone()[0] >= 0.9 * HOTSPOTS
        assert [row for row in sets if row[1] != row[2] or row[3] != 1 or row[1] > 3] == []
        assert written == distinct == sum(row[1] for row in sets)
