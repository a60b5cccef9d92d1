"""Every record of history has one link: in the order of commits, without a gap, on any database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connections, transaction
from django.db.models.deletion import ProtectedError

from recommendations import chain, services
from recommendations.expiry import expire_for
from recommendations.models import ChainHead, HistoryLink, Recommendation
from streams.events import at_end, batch
from streams.models import StreamEvent
from tests.factories import AT, make_hotspot, make_recommendation, make_series
from tests.recommendations.locks import wait_until_somebody_waits_for_a_lock
from tests.recommendations.tampering import verify

Status = Recommendation.Status
MOMENT = datetime(2026, 3, 4, 9, 0, 0, 123, tzinfo=UTC)


def decide(recommendation, by, status=Status.APPROVED, **options):
    values = {"by": by, "at": AT, "via": "api"} | options
    return services.decide(recommendation.pk, status=status, **values)


def make_some(count):
    """Pending recommendations for one hotspot."""
    hotspot = make_hotspot()
    return [make_recommendation(hotspot, playbook=f"p{number}") for number in range(count)]


def linked():
    return list(HistoryLink.objects.order_by("position").values_list("position", "record"))


@pytest.mark.django_db
def test_every_record_gets_the_next_link(approver):
    first, second = make_some(2)
    decide(first, approver)
    second.note = "by hand"
    second.save()

    records = Recommendation.history.order_by("history_id").values_list("history_id", flat=True)
    assert linked() == list(enumerate(records, 1))
    last, head = HistoryLink.objects.get(position=4), ChainHead.objects.get()
    assert (head.position, head.digest) == (4, last.digest)


@pytest.mark.django_db
def test_a_fixed_record_has_a_fixed_digest_on_every_database(settings):
    settings.HISTORY_KEY = "a key for this test"
    row = make_recommendation(
        co2_reduction=24,
        citations=[{"url": "", "document": "rail-freight", "quote": "20 %, “so to speak”"}],
    )
    Recommendation.objects.filter(pk=row.pk).update(created_at=MOMENT, updated_at=MOMENT)
    row.refresh_from_db()
    row._history_date = MOMENT
    row.save()
    record = Recommendation.history.order_by("history_id").values().last()
    # Numbers that the database gives out, and the clock.
    known = {"history_id": 1, "id": 2, "hotspot_id": 3, "updated_at": MOMENT, "version": 1}

    assert chain.canonical(record | known) == (
        b'{"action":"Book the leg by rail.","citations":[{"document":"rail-freight",'
        b'"quote":"20 %, \xe2\x80\x9cso to speak\xe2\x80\x9d","url":""}],"co2_reduction":24.0,'
        b'"confidence":0.7,"cost":"medium","created_at":"2026-03-04T09:00:00.000123+00:00",'
        b'"expires_at":"2099-01-01T00:00:00.000000+00:00","feasibility":6,"generator":"extractive",'
        b'"history_date":"2026-03-04T09:00:00.000123+00:00","history_id":1,"history_type":"~",'
        b'"hotspot_id":3,"id":2,"playbook":"rail-freight","retriever":"bm25","status":"pending",'
        b'"title":"Move long legs to rail","updated_at":"2026-03-04T09:00:00.000123+00:00",'
        b'"version":1}'
    )
    assert chain.digest("", record | known) == (
        "12bb39c135bcc3d925ee10492f462fd323bf26d986d456a1f9078122fc9bd984"
    )


@pytest.mark.django_db
def test_the_digest_is_of_what_the_database_keeps(approver):
    """A whole number in a column of floats, a moment with a zone: both look different there."""
    make_recommendation(co2_reduction=24, expires_at=AT.astimezone(), reduction_pct_low=20)

    assert verify()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_no_link_and_no_gap():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_recommendation()
        _ = 1 / 0
    with batch():
        kept = make_recommendation()
        with pytest.raises(ZeroDivisionError), batch():
            make_recommendation(kept.hotspot, playbook="other")
            _ = 1 / 0

    assert [position for position, _ in linked()] == [1]
    assert verify()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_given_for_the_end_runs_once_after_the_work_and_before_the_numbers():
    seen = []

    def ending(items):
        seen.append((items, Recommendation.objects.count(), StreamEvent.objects.count()))

    with batch():
        at_end(ending, 1)
        with batch():
            make_recommendation()
            at_end(ending, 2)
        with pytest.raises(ZeroDivisionError), batch():
            at_end(ending, 3)
            _ = 1 / 0
    at_end(ending, 4)
    with pytest.raises(ZeroDivisionError), batch():
        at_end(ending, 5)
        _ = 1 / 0

    assert seen[0] == ([1, 2], 1, 0)
    assert [items for items, *_ in seen] == [[1, 2], [4]]


@pytest.mark.django_db
def test_a_head_that_is_gone_is_made_again():
    ChainHead.objects.all().delete()

    make_recommendation()

    assert ChainHead.objects.get(pk=ChainHead.ONLY).key_check == chain.key_check()


@pytest.mark.django_db
def test_a_row_that_the_program_deletes_ends_with_a_record_that_says_so():
    recommendation = make_recommendation()

    recommendation.hotspot.delete()

    assert Recommendation.history.first().history_type == "-"
    assert verify() == (0, [], {**verify()[2], "records": 2, "recommendations": 0})


@pytest.mark.django_db
def test_who_stands_in_the_history_cannot_be_deleted(approver):
    recommendation = make_recommendation()
    decide(recommendation, approver)
    services.undo(recommendation.pk, by=approver, at=AT, via="api")

    with pytest.raises(ProtectedError):
        approver.delete()

    assert verify()[0] == 0


@pytest.mark.django_db
def test_the_migration_links_what_there_is_in_order(approver, monkeypatch):
    monkeypatch.setattr(chain, "CHUNK", 2)
    for row in make_some(3):
        decide(row, approver)
    before = list(HistoryLink.objects.order_by("position").values())
    migration = import_module("recommendations.migrations.0009_chain")
    migration.backward(apps, None)
    assert not linked()

    migration.forward(apps, None)

    assert list(HistoryLink.objects.order_by("position").values()) == before
    assert verify()[0] == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ingest_that_ends_two_hotspots_and_a_decision_do_not_wait_for_each_other(approver):
    """The head is locked last: with the first record, each would hold what the other needs."""
    ended, other = (
        make_recommendation(make_hotspot(make_series(name))) for name in ("Plant A", "Plant B")
    )
    has_ended, has_row = threading.Event(), threading.Event()

    def ingest():
        with batch():
            expire_for(ended.hotspot)
            has_ended.set()
            assert has_row.wait(30)
            expire_for(other.hotspot)  # waits for the row that the decision holds

    def approve():
        assert has_ended.wait(30)
        with batch():
            Recommendation.objects.select_for_update(no_key=True).get(pk=other.pk)
            has_row.set()
            wait_until_somebody_waits_for_a_lock()
            decide(other, approver)

    run_together(ingest, approve)

    ended.refresh_from_db()
    other.refresh_from_db()
    assert (ended.status, other.status) == ("expired", "approved")
    assert verify()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_links_of_writers_that_race_have_no_gap(approver):
    rows = make_some(12)

    run_together(*[lambda row=row: decide(row, approver) for row in rows])

    assert [position for position, _ in linked()] == list(range(1, 25))
    assert verify()[0] == 0


def run_together(*calls):
    """Run calls in threads, each with its own connection; the first error is raised."""

    def run(call):
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
