"""Every request for advice is answered in the end: retried, resumed, or given up with a reason."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hotspots.models import Hotspot
from recommendations.models import Recommendation
from recommendations.requests import FINISHED_KEPT, GRACE, LEASE, MAX_ATTEMPTS
from recommendations.services import prune, request, sweep
from recommendations.worker import run_waiting_tasks
from streams.models import StreamEvent
from tests.factories import make_hotspot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("playbooks")]
READY, RUNNING = TaskResultStatus.READY, TaskResultStatus.RUNNING
FAILED, SUCCESSFUL = TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL


def now():
    return timezone.now() + GRACE


def tasks(status=None):
    rows = DBTaskResult.objects.order_by("enqueued_at")
    return list(rows.filter(status=status) if status else rows)


@pytest.fixture
def requested(db):
    """A hotspot whose task waits."""
    hotspot = make_hotspot()
    request([hotspot])
    return hotspot


def become(status, **fields):
    """Let the newest task be in a state, as a worker would have left it."""
    error = "builtins.ConnectionError" if status == FAILED else ""
    values = {"status": status, "exception_class_path": error} | fields
    DBTaskResult.objects.filter(pk=tasks()[-1].pk).update(**values)


def test_a_request_is_enqueued_with_its_transaction():
    hotspot = make_hotspot()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        request([hotspot])
        raise ZeroDivisionError

    assert tasks() == []
    assert request([hotspot]) == 1
    assert [task.args_kwargs["args"] for task in tasks(READY)] == [[hotspot.pk]]


@pytest.mark.parametrize("advice", ["ready", "none", "failed"])
def test_only_hotspots_that_wait_are_requested(advice):
    assert request([make_hotspot(advice=advice)]) == 0
    assert tasks() == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_answers_the_request(requested):
    run_waiting_tasks()

    requested.refresh_from_db()
    assert requested.advice == "ready"
    assert tasks(SUCCESSFUL)[0].return_value == Recommendation.objects.count() > 0


@pytest.mark.parametrize(
    ("status", "fields"),
    [(READY, {}), (RUNNING, {"started_at": timezone.now() + timedelta(hours=1)})],
)
def test_what_is_under_way_is_left_alone(requested, status, fields):
    become(status, **fields)

    assert sweep(now()) == 0
    assert len(tasks()) == 1


def test_a_young_request_is_left_alone():
    make_hotspot()

    assert sweep(timezone.now()) == 0
    assert tasks() == []


def test_a_request_without_a_task_is_enqueued():
    hotspot = make_hotspot()

    assert sweep(now()) == 1
    assert tasks(READY)[0].args_kwargs["args"] == [hotspot.pk]
    assert sweep(now()) == 0


def test_a_task_that_lost_its_worker_is_enqueued_again(requested):
    become(RUNNING, started_at=timezone.now() - LEASE)

    assert sweep(now()) == 1
    assert len(tasks(READY)) == 1


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 4), (4, 16)])
def test_a_failed_task_is_tried_again_after_a_growing_wait(requested, attempts, seconds):
    become(FAILED)
    for _ in range(attempts - 1):
        sweep(now())
        become(FAILED)
    at = now()

    assert sweep(at) == 1

    assert tasks()[-1].run_after == at + timedelta(seconds=seconds)


def test_after_enough_attempts_it_gives_up_and_says_why(requested):
    become(FAILED)
    for _ in range(MAX_ATTEMPTS - 1):
        assert sweep(now()) == 1
        become(FAILED)
    before = StreamEvent.objects.count()

    assert sweep(now()) == 1
    assert sweep(now()) == 0

    requested.refresh_from_db()
    assert requested.advice == Hotspot.Advice.FAILED
    assert requested.advice_reason == "Gave up after 5 attempts: ConnectionError."
    assert len(tasks()) == MAX_ATTEMPTS
    assert StreamEvent.objects.count() == before + 1


def test_a_new_request_has_all_its_attempts(requested):
    for _ in range(MAX_ATTEMPTS):
        become(FAILED)
        sweep(now())
    become(SUCCESSFUL)
    Hotspot.objects.update(advice="pending")

    assert sweep(now()) == 1
    assert len(tasks(READY)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_failing_task_leaves_nothing_and_a_later_one_succeeds(requested, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("recommendations.advising.current_index", lambda: 1 / 0)
        run_waiting_tasks()
    assert [task.exception_class_path for task in tasks()] == ["builtins.ZeroDivisionError"]
    assert not Recommendation.objects.exists()

    sweep(now())
    DBTaskResult.objects.filter(status=READY).update(run_after=timezone.now())
    run_waiting_tasks()

    requested.refresh_from_db()
    assert requested.advice == "ready"


@pytest.mark.django_db(transaction=True)
def test_tasks_that_succeeded_long_ago_are_deleted(requested):
    run_waiting_tasks()
    finished = tasks()[0].finished_at

    assert prune(finished + FINISHED_KEPT) == 0
    assert prune(finished + FINISHED_KEPT + timedelta(seconds=1)) == 1
