"""To meet at a lock on purpose."""

from time import monotonic

from django.db import connection


def wait_until_somebody_waits_for_a_lock() -> None:
    """Return as soon as another connection to PostgreSQL waits for what somebody holds."""
    deadline = monotonic() + 30
    with connection.cursor() as cursor:
        while monotonic() < deadline:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees one state
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")
