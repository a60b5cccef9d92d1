"""Real servers for tests, benchmarks and fault drills, from the wheels with them.

    with PostgresServer() as postgres, ValkeyServer() as valkey:
        connect(postgres.url)

Each listens on a free port of the loopback, keeps its files in a temporary folder, and dies with
the process that started it. `stop()`, `kill()` and `start()` may follow each other: port and data
stay the same until `close()`. With `durable=True` what was committed survives a `kill()`.
`python -m tests.servers --help` starts them from the command line.
"""

from tests.servers.authority import Authority
from tests.servers.base import Server, ServerError, free_port
from tests.servers.caddy import CaddyServer
from tests.servers.daphne import DaphneServer
from tests.servers.emberwatch import EmberwatchServer
from tests.servers.nginx import NginxServer
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer

__all__ = [
    "Authority",
    "CaddyServer",
    "DaphneServer",
    "EmberwatchServer",
    "NginxServer",
    "PostgresServer",
    "Server",
    "ServerError",
    "ValkeyServer",
    "free_port",
]
