"""The demo: users to sign in as, and a simulated feed that plays inside the server."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group, User
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, close_old_connections, connections, transaction
from django.utils import timezone

from hotspots.models import Series
from hotspots.readings import Reading
from streams.addresses import is_loopback

from .pipeline import ingest
from .simulation import PLACES, Incident, history_times, incidents, reading, readings

SEED = 91  # one whose first incidents are of different kinds
HISTORY = timedelta(days=28)
STEP = timedelta(seconds=1)
BATCH_SIZE = 5_000
RETRY_SECONDS = 2.0
PASSWORD = "demo"  # noqa: S105 - that is its point: see create_demo_users
ROLES = {"analyst": "analyst", "approver": "approver", "ingest": "ingester"}

logger = logging.getLogger(__name__)


def create_demo_users(host: str) -> None:
    """Create ``admin``, ``analyst``, ``approver`` and ``ingest``; existing users stay untouched.

    Raises:
        ImproperlyConfigured: the server is bound to more than this machine's loopback.
    """
    if not is_loopback(host):
        raise ImproperlyConfigured(
            f"DEMO: users with a known password need a loopback address, not HOST={host}. "
            "Set DEMO=0, or HOST=127.0.0.1."
        )
    existing = set(User.objects.values_list("username", flat=True))
    missing = {"admin", *ROLES} - existing
    password = make_password(PASSWORD) if missing else ""  # once: it takes most of a second
    with transaction.atomic():
        for username in sorted(missing):
            _create_user(username, password)


def refuse_demo_users(host: str) -> None:
    """Check that no demo user is left over where others can reach the server.

    Raises:
        ImproperlyConfigured: some can still sign in with the known password.
    """
    if is_loopback(host):
        return
    demo = User.objects.filter(username__in=["admin", *ROLES], is_active=True)
    users = demo.order_by("username")
    left = [user.username for user in users if check_password(PASSWORD, user.password)]
    if left:
        raise ImproperlyConfigured(
            f"Users of the demo can still sign in with its password: {', '.join(left)}. "
            "Delete them or change their passwords before binding to another address."
        )


def prepare_demo(host: str) -> None:
    """Before the server is ready: users and history of the demo, or no trace of its users.

    Raises:
        ImproperlyConfigured: the demo's passwords would open a server that others can reach.
    """
    if not settings.DEMO:
        refuse_demo_users(host)
        return
    create_demo_users(host)
    if settings.DEMO_FEED:
        count = load_history(timezone.now(), threading.Event())
        logger.info("%d simulated readings loaded", count)


def run_demo(stop: threading.Event) -> None:
    """Play the feed until ``stop`` is set: the missing history at once, then second by second.

    Errors of the database cost readings, not the feed: it says so in one line and goes on.
    """
    planned = Planned()
    try:
        while not stop.is_set():
            try:
                load_history(timezone.now(), stop)
                _play(planned, stop)
            except DatabaseError as error:
                reason = next(iter(str(error).splitlines()), "no reason given")
                logger.warning("The database refused the demo feed, which goes on: %s", reason)
                close_old_connections()
                stop.wait(RETRY_SECONDS)
    finally:
        connections.close_all()


def _create_user(username: str, password: str) -> None:
    role = ROLES.get(username)
    user = User.objects.create(
        username=username,
        password=password,
        is_staff=role != "ingester",
        is_superuser=role is None,
    )
    if role:
        user.groups.add(Group.objects.get(name=role))


def load_history(until: datetime, stop: threading.Event) -> int:
    """Store and learn what is missing of the last 28 days, without opening a hotspot.

    Returns:
        The number of readings that were missing.
    """
    count = 0
    for batch in batched(_missing(until), BATCH_SIZE, strict=False):
        if stop.is_set():
            break
        ingest(batch, received_at=until, simulated=True, quiet=True)
        count += len(batch)
    return count


class Planned:
    """The incidents of a live feed: those that go on now, and the next ones."""

    def __init__(self, seed: int = SEED, step: timedelta = STEP) -> None:
        self._seed = seed
        self._step = step
        self._coming: Iterator[Incident] | None = None
        self._next: Incident | None = None
        self.active: list[Incident] = []

    def at(self, now: datetime) -> list[Incident]:
        """Move on to a time; return the incidents that began since the last call."""
        if self._next is None or self._coming is None:
            self._coming = incidents(self._seed, now, self._step)
            self._next = next(self._coming)
        began = []
        while self._next.began <= now:
            began.append(self._next)
            self._next = next(self._coming)
        self.active = [i for i in (*self.active, *began) if i.ends > now]
        return began


def _missing(until: datetime) -> Iterator[Reading]:
    """Yield the readings of the last 28 days that are newer than what is stored."""
    rows = Series.objects.values_list("entity__name", "metric_id", "last_time")
    newest = {(entity, metric): last for entity, metric, last in rows}
    begin = until - HISTORY
    for place in PLACES:
        for meter in place.meters:
            after = max(begin, newest.get((place.name, meter.metric)) or begin)
            for at in history_times(after, until):
                yield reading(place, meter, at, SEED)


def _play(planned: Planned, stop: threading.Event) -> None:
    """Send a reading of every meter at each full second; a second that was missed is left out."""
    while not stop.is_set():
        now = datetime.now(UTC)
        at = now.replace(microsecond=0)
        for incident in planned.at(at):
            logger.info("Simulated incident: %s", incident)
        ingest(readings(at, SEED, planned.active), received_at=now, simulated=True)
        stop.wait((at + STEP - datetime.now(UTC)).total_seconds())
