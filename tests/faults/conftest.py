"""Two server processes of one installation, on a PostgreSQL and a Valkey of their own."""

import os
from collections.abc import Iterator

import pytest

from tests.servers import EmberwatchServer, PostgresServer, ValkeyServer

# `make test` uses short outages, `make faults` the full ones.
SECONDS = float(os.environ.get("FAULT_SECONDS", "3"))


@pytest.fixture
def seconds() -> float:
    """How long an outage or a load lasts."""
    return SECONDS


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """A database that survives a crash."""
    with PostgresServer(durable=True) as server:
        yield server


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """The wake-up of several processes."""
    with ValkeyServer() as server:
        yield server


@pytest.fixture
def pair(
    postgres: PostgresServer, valkey: ValkeyServer
) -> Iterator[tuple[EmberwatchServer, EmberwatchServer]]:
    """Two processes of one installation, with users for every role."""
    first, second = (EmberwatchServer(database=postgres.url, redis=valkey.url) for _ in range(2))
    with first.install("analyst", "approver", "ingester"), second:
        yield first, second
