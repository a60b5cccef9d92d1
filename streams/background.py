"""Work beside the server: apps name their jobs, ``manage.py serve`` runs each in a thread."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections

logger = logging.getLogger(__name__)

RESTART_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """A job that runs until ``stop`` is set; ``enabled`` is asked once at the start."""

    name: str
    run: Callable[[threading.Event], None]
    enabled: Callable[[], bool] = lambda: True


jobs: list[Job] = []

#: Called with the host before the server is ready; may raise ``ImproperlyConfigured``.
before_start: list[Callable[[str], None]] = []


def every(seconds: float, work: Callable[[], object]) -> Callable[[threading.Event], None]:
    """Return a job that does ``work`` now and then again every so many seconds."""

    def run(stop: threading.Event) -> None:
        while not stop.is_set():
            work()
            close_old_connections()
            stop.wait(seconds)

    return run


def start(stop: threading.Event) -> list[threading.Thread]:
    """Start the enabled jobs; one that fails is logged and started again."""
    threads = [
        threading.Thread(target=_keep_running, args=(job, stop), name=job.name, daemon=True)
        for job in jobs
        if job.enabled()
    ]
    for thread in threads:
        thread.start()
    return threads


def _keep_running(job: Job, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            job.run(stop)
            return
        except Exception:
            logger.exception("job %s failed, starts again", job.name)
            stop.wait(RESTART_SECONDS)
        finally:
            close_old_connections()
