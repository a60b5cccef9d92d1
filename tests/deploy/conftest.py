"""Two `manage.py serve` processes of one installation behind nginx, and behind Caddy."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.deploy.clients import Analyst
from tests.servers import (
    Authority,
    CaddyServer,
    EmberwatchServer,
    NginxServer,
    PostgresServer,
    ValkeyServer,
)
from tests.servers.proxy import NAME, Proxy

Pair = tuple[EmberwatchServer, EmberwatchServer]
PROXIES = [
    pytest.param("nginx_server", marks=pytest.mark.nginx, id="nginx"),
    pytest.param("caddy_server", marks=pytest.mark.caddy, id="caddy"),
]
SETTINGS = {
    "ALLOWED_HOSTS": f"{NAME},127.0.0.1",
    "TRUSTED_PROXIES": "127.0.0.1",
    "SIGN_IN_ATTEMPTS": "2",
    "STREAMS_MAX_SOCKETS_PER_ADDRESS": "3",
}
_numbers = count(1)


@pytest.fixture(scope="session")
def authority() -> Authority:
    """Whose certificates the clients of these tests believe."""
    return Authority()


@pytest.fixture(scope="session")
def installation() -> Iterator[Pair]:
    """Two servers: the first pings its sockets twice a second, the second as good as never."""
    with PostgresServer() as postgres, ValkeyServer() as valkey:
        often, never = (
            EmberwatchServer(
                database=postgres.url, redis=valkey.url, STREAMS_PING_SECONDS=seconds, **SETTINGS
            )
            for seconds in ("0.5", "600")
        )
        with often.install("analyst", "ingester"), never:
            yield often, never


@pytest.fixture
def pair(installation: Pair) -> Pair:
    """The two servers, running again whatever the test before did to them."""
    for server in installation:
        if server.process is None:
            server.start()
    return installation


@pytest.fixture(scope="session")
def analyst(installation: Pair) -> Analyst:
    """Makes events at the first server."""
    return Analyst(installation[0])


@pytest.fixture(scope="session")
def nginx_server(installation: Pair, authority: Authority) -> Iterator[NginxServer]:
    """nginx as shipped."""
    with NginxServer([server.port for server in installation], authority) as running:
        yield running


@pytest.fixture(scope="session")
def caddy_server(installation: Pair) -> Iterator[CaddyServer]:
    """Caddy as shipped."""
    with CaddyServer([server.port for server in installation]) as running:
        yield running


@pytest.fixture(params=PROXIES)
def proxy(request: pytest.FixtureRequest, pair: Pair) -> Proxy:
    """Each of the two."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def address() -> Callable[[], str]:
    """A function that returns another address of this machine each time: another client."""
    return lambda: f"127.1.0.{next(_numbers)}"
