"""Two server processes of one installation, on a PostgreSQL and a Valkey of their own."""

import os
from collections.abc import Iterator

import pytest

from tests.faults.drill import NO_LIMITS, make_user
from tests.servers import EmberwatchServer, PostgresServer, ValkeyServer

Pair = tuple[EmberwatchServer, EmberwatchServer]

# `make test` uses short outages, `make faults` the full ones.
SECONDS = float(os.environ.get("FAULT_SECONDS", "3"))


@pytest.fixture
def seconds() -> float:
    """How long an outage or a load lasts."""
    return SECONDS


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A database that survives a crash."""
    with PostgresServer(durable=True) as server:
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """The wake-up of several processes."""
    with ValkeyServer() as server:
        yield server


@pytest.fixture(scope="session")
def installation(postgres: PostgresServer, valkey: ValkeyServer) -> Iterator[Pair]:
    """Two processes on one database, with a user for each role."""
    settings = {"database": postgres.url, "redis": valkey.url, **NO_LIMITS}
    first, second = EmberwatchServer(**settings), EmberwatchServer(**settings)
    with first.install("analyst", "approver", "ingester"), second:
        make_user(first)
        yield first, second


@pytest.fixture
def pair(installation: Pair, postgres: PostgresServer, valkey: ValkeyServer) -> Pair:
    """The two processes, running again whatever the test before did to them.

    Tests share the log: each names its own entities and starts from the head it finds.
    """
    for server in (postgres, valkey, *installation):
        if server.process is None:
            server.start()
    return installation
