"""The upkeep of uploads as it runs beside a server."""

import threading
from datetime import timedelta

from django.db import close_old_connections, connection
from django.utils import timezone

from .upload_upkeep import delete_old, resume_lost

LOST_SECONDS = 5.0
OLD_SECONDS = 3600.0


def resume_at_once() -> None:
    """Take up what a dead process left behind: on SQLite, this is the only one there is."""
    if connection.vendor == "sqlite":
        resume_lost(timezone.now(), lease=timedelta())


def look_after(stop: threading.Event) -> None:
    """Resume and delete until ``stop`` is set."""
    next_round = 0.0
    while not stop.wait(LOST_SECONDS):
        now = timezone.now()
        resume_lost(now)
        if now.timestamp() >= next_round:
            next_round = now.timestamp() + OLD_SECONDS
            delete_old(now)
        close_old_connections()
