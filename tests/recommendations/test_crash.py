"""A worker that is killed in the middle, and the worker thread of the server."""

import json
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hotspots.models import Hotspot
from recommendations import worker
from recommendations.knowledge import corpus
from recommendations.models import Recommendation
from recommendations.requests import GRACE, LEASE
from recommendations.services import request, sweep
from tests.factories import make_hotspot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("playbooks")]
ROOT = Path(__file__).resolve().parents[2]
DATABASE = ("NAME", "HOST", "PORT", "USER", "PASSWORD")
PATIENCE_SECONDS = 30


def run_worker(name):
    """Run a worker of the tests in a process of its own."""
    database = {key: str(connection.settings_dict[key]) for key in DATABASE}
    command = [sys.executable, "-m", f"tests.recommendations.{name}", json.dumps(database)]
    return subprocess.run(command, cwd=ROOT, timeout=60, check=False, capture_output=True)


def eventually(holds):
    """Wait until something holds; the test fails if it never does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


@pytest.fixture
def running():
    """A function that starts the worker thread; it is stopped at the end."""
    stop = threading.Event()
    threads = []

    def start(target=worker.run_embedded_worker):
        threads.append(threading.Thread(target=target, args=[stop]))
        threads[-1].start()

    yield start
    stop.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def searched_by():
    """How a process with this database searches, asked by this one."""
    return corpus.current_index().name


def answered(hotspot):
    return lambda: Hotspot.objects.get(pk=hotspot.pk).advice == "ready"


def test_a_killed_worker_leaves_nothing_and_another_writes_exactly_one_set():
    hotspot = make_hotspot()
    request([hotspot])

    assert run_worker("killed_worker").returncode == -signal.SIGKILL
    assert DBTaskResult.objects.get().status == "RUNNING"
    assert not Recommendation.objects.exists()

    assert sweep(timezone.now() + GRACE + LEASE) == 1
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    worker.run_waiting_tasks()

    proposed = list(Recommendation.objects.values_list("playbook", flat=True))
    assert len(proposed) == len(set(proposed)) >= 1
    assert answered(hotspot)()
    assert sweep(timezone.now() + GRACE + LEASE) == 0


def test_a_task_that_was_only_thought_lost_writes_nothing_a_second_time():
    hotspot = make_hotspot()
    request([hotspot])
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now() - LEASE)
    sweep(timezone.now() + GRACE)
    DBTaskResult.objects.update(status="READY", run_after=timezone.now())
    worker.run_waiting_tasks()

    assert DBTaskResult.objects.filter(status="SUCCESSFUL").count() == 2
    proposed = list(Recommendation.objects.values_list("playbook", flat=True))
    assert len(proposed) == len(set(proposed)) >= 1


def test_a_worker_process_loads_what_it_needs_without_a_task():
    ended = run_worker("idle_worker")

    assert ended.stdout.decode() == searched_by(), ended.stderr.decode()


def test_a_server_that_leaves_tasks_to_workers_loads_nothing(running, monkeypatch):
    monkeypatch.setattr(corpus, "_cached", None)
    rounds = []
    last = (rounds.append, 0.0)
    monkeypatch.setattr(worker, "ROUNDS", (*((do, 0.0) for do, _ in worker.ROUNDS), last))

    running(worker.run_upkeep)

    eventually(lambda: rounds)
    assert corpus._cached is None


def test_what_cannot_be_loaded_beforehand_is_said_and_tried_by_the_first_task(
    running, monkeypatch, caplog
):
    monkeypatch.setattr(worker, "warm_up", lambda: 1 / 0)
    hotspot = make_hotspot()
    request([hotspot])

    worker.warm_up_apart()
    running()

    eventually(answered(hotspot))
    assert caplog.text.count("could not be loaded; the first task tries it") == 2


def test_the_worker_thread_answers_requests(running):
    running()
    hotspot = make_hotspot()
    request([hotspot])

    eventually(answered(hotspot))


def test_the_worker_thread_survives_what_goes_wrong(running, monkeypatch):
    failures = iter([ConnectionError("gone"), OSError("gone again")])
    run = worker.run_waiting_tasks

    def fail_first():
        if (error := next(failures, None)) is not None:
            raise error
        run()

    monkeypatch.setattr(worker, "run_waiting_tasks", fail_first)
    running()
    hotspot = make_hotspot()
    request([hotspot])

    eventually(answered(hotspot))


def test_the_upkeep_asks_again_and_expires_what_is_due(running, monkeypatch):
    monkeypatch.setattr(worker, "ROUNDS", tuple((action, 0.0) for action, _ in worker.ROUNDS))
    hotspot = make_hotspot()
    Hotspot.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    running(worker.run_upkeep)

    eventually(lambda: DBTaskResult.objects.exists())
    assert DBTaskResult.objects.get().args_kwargs["args"] == [hotspot.pk]


def test_one_round_that_fails_does_not_stop_the_others(monkeypatch, caplog):
    done = []
    rounds = ((lambda at: 1 / 0, 5), (lambda at: done.append(at), 5))
    monkeypatch.setattr(worker, "ROUNDS", rounds)
    at = timezone.now()

    upkeep = worker.Upkeep()
    upkeep.run(at)
    upkeep.run(at + timedelta(seconds=1))

    assert done == [at]
    assert "ZeroDivisionError" in caplog.text
