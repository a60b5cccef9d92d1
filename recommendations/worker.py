"""The task worker and the upkeep that run as threads of the server."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import close_old_connections, connection, connections
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from . import services
from .documents.upkeep import prune_document_tasks, resume_documents
from .knowledge.corpus import warm_up

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 0.1
#: After this many tasks the worker looks whether it should stop.
TASKS_AT_ONCE = 20
#: What is done now and then, with the seconds between two runs.
ROUNDS: tuple[tuple[Callable[[datetime], int], float], ...] = (
    (services.sweep, 5),
    (services.expire_due, 30),
    (services.prune, 3600),
    (resume_documents, 5),
    (prune_document_tasks, 3600),
)


class Upkeep:
    """Runs each of the rounds when it is due."""

    def __init__(self) -> None:
        self._due = {action: 0.0 for action, _ in ROUNDS}

    def run(self, at: datetime) -> None:
        """Run what is due; one that fails does not keep the others from running."""
        for action, seconds in ROUNDS:
            if at.timestamp() >= self._due[action]:
                self._due[action] = at.timestamp() + seconds
                with survived(action.__name__):
                    action(at)


def run_embedded_worker(stop: threading.Event) -> None:
    """Run tasks, and the upkeep, until ``stop`` is set. For a thread of its own."""
    with closing_connections():
        if connection.vendor == "sqlite":
            # The only process on this database: what still runs belonged to a dead one.
            with survived("sweep"):
                services.sweep(timezone.now(), grace=timedelta(), lease=timedelta())
        _warm_up()
        upkeep = Upkeep()
        while not stop.wait(INTERVAL_SECONDS):
            with survived("tasks"):
                run_waiting_tasks()
            upkeep.run(timezone.now())


def warm_up_apart() -> None:
    """Load what the first recommendation needs. For a thread of its own, beside a worker."""
    with closing_connections():
        _warm_up()


def run_upkeep(stop: threading.Event) -> None:
    """Run only the upkeep until ``stop`` is set, where tasks run in ``db_worker`` processes."""
    with closing_connections():
        upkeep = Upkeep()
        while not stop.wait(1):
            upkeep.run(timezone.now())


def run_waiting_tasks() -> None:
    """Run what waits, up to ``TASKS_AT_ONCE``; looks first, because a claim takes a write lock."""
    close_old_connections()
    if DBTaskResult.objects.ready().filter(backend_name=DEFAULT_TASK_BACKEND_ALIAS).exists():
        _worker().run()


def _warm_up() -> None:
    """Without it the first task does the same, so that whatever fails here keeps nobody waiting."""
    try:
        warm_up()
    except Exception:
        logger.exception("the index of the playbooks could not be loaded; the first task tries it")
        connections.close_all()


@contextmanager
def survived(what: str) -> Iterator[None]:
    """Log an exception and go on: a thread that dies would leave every later task undone."""
    try:
        yield
    except Exception:
        logger.exception("%s failed; it will be tried again", what)
        connections.close_all()


@contextmanager
def closing_connections() -> Iterator[None]:
    """Close this thread's database connections at the end."""
    try:
        yield
    finally:
        connections.close_all()


def _worker() -> Worker:
    return Worker(
        queue_names=[DEFAULT_TASK_QUEUE_NAME],
        excluded_queue_names=[],
        interval=INTERVAL_SECONDS,
        batch=True,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=TASKS_AT_ONCE,
        worker_id=f"embedded-{os.getpid()}-{threading.get_ident()}"[:64],
    )
