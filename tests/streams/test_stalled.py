"""Clients that stop reading: the others notice nothing, the server stays small, nothing is lost."""

import asyncio
import sys
from collections.abc import Iterator

import pytest

from streams import payloads
from streams.ring import READ_BYTES
from streams.wire import HIGH_WATER
from tests.servers import Authority, DaphneServer, EmberwatchServer, ValkeyServer
from tests.streams import stalling
from tests.streams.scrape import scrape
from tests.streams.stalling import EVENT_BYTES, EVENTS, Crowd

pytestmark = [
    pytest.mark.servers,
    pytest.mark.sqlite,  # the database makes no difference here
    pytest.mark.xdist_group("stalled"),
]
HEALTHY, STALLED = 15, 5
# The ring's events, each kept as row, as text and as frame; frames kept for latecomers; what may
# wait for each socket and one reading more; the rest. Under TLS, Twisted holds what a busy machine
# does not get to encrypt and send, also of the healthy ones (88 MiB seen): all would be 240.
RING_BYTES = 3 * EVENTS * EVENT_BYTES
SOCKET_BYTES = HIGH_WATER + READ_BYTES
BOUND = RING_BYTES + payloads.MAX_BYTES + (HEALTHY + STALLED) * SOCKET_BYTES + 24 * 2**20
BOUND_OF_TLS = BOUND + 110 * 2**20


class SecureDaphne(DaphneServer):
    """Daphne that speaks TLS alone."""

    def prepare(self) -> None:
        super().prepare()
        authority = Authority()
        self.trust = authority.trust
        certificate, key = authority.issue(self.root, "127.0.0.1")
        self.settings |= {"TLS_CERT": certificate, "TLS_KEY": key}

    def command(self) -> list[str]:
        files = f"privateKey={self.settings['TLS_KEY']}:certKey={self.settings['TLS_CERT']}"
        endpoint = f"ssl:{self.port}:interface=127.0.0.1:{files}"
        return [sys.executable, "-m", "daphne", "-e", endpoint, "config.asgi:application"]


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    """What brings the events from the process that publishes them."""
    with ValkeyServer() as running:
        yield running


@pytest.fixture(scope="module")
def installed(valkey: ValkeyServer) -> Iterator[EmberwatchServer]:
    """An installation that the servers share, one after the other."""
    installation = EmberwatchServer(redis=valkey.url).install("analyst")
    yield installation
    installation.close()


@pytest.fixture(
    params=[EmberwatchServer, DaphneServer, SecureDaphne], ids=["serve", "daphne", "daphne-tls"]
)
def server(
    request: pytest.FixtureRequest, installed: EmberwatchServer
) -> Iterator[EmberwatchServer]:
    """A running server of either kind."""
    running = request.param(redis=installed.settings["REDIS_URL"])
    running.settings["DATA_DIR"] = str(installed.root)
    with running:
        yield running


@pytest.fixture
def token(server) -> str:
    """An analyst's."""
    return server.token("analyst")


@pytest.fixture
def expected(server, token) -> list[int]:
    """The numbers of the events that will be published."""
    _, answer = server.call("GET", "/api/streams/hotspots/events?wait=0", token=token)
    return list(range(answer["head"] + 1, answer["head"] + EVENTS + 1))


async def test_stalled_readers_cost_the_others_nothing_and_miss_nothing(server, token, expected):
    async with Crowd(server, token) as crowd:
        healthy, stalled = await crowd.join(HEALTHY), await crowd.join(STALLED)
        before = stalling.memory(server)
        reading = asyncio.create_task(stalling.histories(healthy))
        await stalling.publish(server)
        assert await reading == [expected] * HEALTHY
        grown = stalling.memory(server) - before
        slow = scrape(server.url, server.trust)["emberwatch_slow_readers_total", "hotspots"]
        assert await stalling.histories(stalled) == [expected] * STALLED
    bound = BOUND_OF_TLS if server.trust else BOUND
    print(f"grown by {grown / 2**20:.0f} MiB of {bound / 2**20:.0f}, {slow:.0f} times slow")  # noqa: T201
    assert grown < bound
    assert slow >= STALLED  # each was left where it was


async def test_stalled_event_streams_wait_at_the_server_too(server, token, expected):
    async with Crowd(server, token) as crowd:
        (healthy,) = await crowd.join(1)
        stalled = [await crowd.listen() for _ in range(2 * STALLED)]
        before = stalling.memory(server)
        reading = asyncio.create_task(stalling.histories([healthy]))
        await stalling.publish(server)
        assert await reading == [expected]
        grown = stalling.memory(server) - before
        brought = [await stalling.blocks(stream, expected[-1]) for stream in stalled]
    bound = BOUND_OF_TLS if server.trust else BOUND
    print(f"grown by {grown / 2**20:.0f} MiB of {bound / 2**20:.0f}")  # noqa: T201
    assert brought == [expected] * len(stalled)
    assert grown < bound
