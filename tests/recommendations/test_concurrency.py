"""Many at the same moment: one decision, one set of recommendations, one task."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hotspots.services import resolve
from recommendations import services
from recommendations.models import Recommendation
from recommendations.requests import GRACE
from streams.errors import DomainError
from streams.events import batch
from streams.models import StreamEvent
from tests.factories import AT, make_hotspot, make_recommendation
from tests.recommendations.locks import wait_until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)
Status = Recommendation.Status


def at_once(*calls):
    """Run the calls in threads that start together; return results, or the domain error's code."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return call()
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def check_one_decision(approver, threads):
    recommendation = make_recommendation()

    def decide(number):
        status = Status.APPROVED if number % 2 else Status.REJECTED
        return services.decide(
            recommendation.pk, status=status, note=str(number), by=approver, at=AT, via="api"
        )

    results = at_once(*[lambda n=n: decide(n) for n in range(threads)])

    (winner,) = [result for result in results if result != "already_decided"]
    recommendation.refresh_from_db()
    assert (recommendation.status, recommendation.note) == (winner.status, winner.note)
    assert recommendation.version == 2
    assert recommendation.history.count() == 2
    assert StreamEvent.objects.filter(event="recommendation.updated").count() == 1


@pytest.mark.postgres
def test_of_fifty_decisions_one_stands(approver):
    check_one_decision(approver, threads=50)


def test_of_some_decisions_one_stands(approver):
    check_one_decision(approver, threads=6)


@pytest.mark.postgres
@pytest.mark.parametrize("last", ["decide", "expire"])
def test_who_waited_for_a_row_tells_who_changed_it_meanwhile(approver, make_user, last):
    """What is joined to a locked row is as old as the statement that waited."""
    row, by = make_recommendation(), make_user("editor", role="approver")
    has_row = threading.Event()

    def edit():
        with batch():
            services.edit(row.pk, changes={"title": "Other"}, by=by, at=AT, via="api")
            has_row.set()
            wait_until_somebody_waits_for_a_lock()

    def follow():
        assert has_row.wait(60)
        if last == "expire":
            return services.expire_for(row.hotspot)
        return services.decide(row.pk, status=Status.REJECTED, by=approver, at=AT, via="api")

    at_once(edit, follow)

    event = StreamEvent.objects.filter(event="recommendation.updated").latest("seq")
    told = json.loads(event.data)
    assert (told["edited_by"], told["title"]) == ("editor", "Other")
    assert told["status"] == {"decide": "rejected", "expire": "expired"}[last]


def test_workers_that_run_the_same_request_write_one_set(playbooks):
    hotspot = make_hotspot()

    written = at_once(*[lambda: services.generate(hotspot.pk)] * 6)

    assert sorted(written) == [0, 0, 0, 0, 0, Recommendation.objects.count()]
    events = StreamEvent.objects.filter(event="recommendation.created")
    assert events.count() == Recommendation.objects.count() > 0


def test_sweeps_at_the_same_moment_enqueue_once():
    make_hotspot()
    at = timezone.now() + GRACE

    at_once(*[lambda: services.sweep(at)] * 4)

    assert DBTaskResult.objects.count() == 1


def test_a_hotspot_that_ends_during_an_undo_leaves_nothing_pending(approver):
    recommendation = make_recommendation()
    hotspot = recommendation.hotspot
    decision = {"by": approver, "at": AT, "via": "api"}
    services.decide(recommendation.pk, status=Status.APPROVED, **decision)

    at_once(
        lambda: services.undo(recommendation.pk, **decision),
        lambda: resolve(hotspot.pk, **decision),
    )

    recommendation.refresh_from_db()
    assert recommendation.status == "expired"
