"""Kill what an installation is made of, under load, and let rt_check say what clients noticed.

    python -m tests.faults.drill --clients 200 --fault server --fault valkey --fault postgres

It starts a PostgreSQL that syncs to disk, a Valkey, two `serve` and a `db_worker`, runs the real
`manage.py rt_check` against both servers, and gets kill -9 and a restart for each fault in turn.
Options that it does not know are rt_check's.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import cycle

from tests.faults.orders import Orders
from tests.servers import EmberwatchServer, PostgresServer, Server, ValkeyServer
from tests.servers.emberwatch import ROOT

USER = "check"
# Hundreds of clients of one user at one address are the point here.
NO_LIMITS = {"STREAMS_MAX_SOCKETS_PER_USER": "0", "STREAMS_MAX_SOCKETS_PER_ADDRESS": "0"}


class TaskWorker(EmberwatchServer):
    """`manage.py db_worker` of an installation."""

    name = "worker"

    def command(self) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), "db_worker", "--interval", "0.1"]

    def is_ready(self) -> bool:
        return True


def main() -> int:
    """The exit code of rt_check."""
    options, further = parse()
    with ExitStack() as stack:
        postgres = stack.enter_context(PostgresServer(durable=True))
        valkey = stack.enter_context(ValkeyServer())
        settings = {"database": postgres.url, "redis": valkey.url, **NO_LIMITS}
        settings["EMBEDDED_WORKER"] = "false"
        first, second = EmberwatchServer(**settings), EmberwatchServer(**settings)
        stack.enter_context(first.install())
        stack.enter_context(second)
        worker = stack.enter_context(TaskWorker(**settings))
        make_user(first)
        known = {"server": (first, second), "valkey": (valkey,), "postgres": (postgres,)}
        known["worker"] = (worker,)
        acts = {f"kill-{name}": crash(*known[name], away=options.away) for name in options.fault}
        orders = stack.enter_context(Orders(acts))
        load = ("--clients", str(options.clients), "--rate", str(options.rate))
        return orders.carry_out_for(start((first, second), orders, *load, *further))


def parse() -> tuple[argparse.Namespace, list[str]]:
    """What the drill is told, and what is for rt_check."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.drill",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = ("server", "valkey", "postgres", "worker")
    parser.add_argument("--fault", action="append", choices=names, default=[])
    parser.add_argument("--away", type=float, default=0, help="seconds from kill to restart")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50)
    return parser.parse_known_args()


def crash(*servers: Server, away: float = 0) -> Callable[[], None]:
    """A function that kills -9 a server, in turn, and starts it again after so many seconds."""
    turn = cycle(servers)

    def act() -> None:
        server = next(turn)
        server.kill()
        time.sleep(away)
        server.start()

    return act


def make_user(server: EmberwatchServer) -> None:
    """The user that rt_check signs in as: sees the streams, sends readings."""
    code = f"""
from django.contrib.auth.models import Group, User
user = User.objects.create_user("{USER}", password="{USER}")
user.groups.set(Group.objects.filter(name__in=["analyst", "ingester"]))
"""
    server.manage("shell", "-v0", "-c", code)


def start(
    servers: tuple[EmberwatchServer, ...], orders: Orders, *arguments: str, **options
) -> subprocess.Popen[str]:
    """Start rt_check against these servers, with the faults that can be ordered."""
    urls = [server.url for server in servers]
    command = [
        sys.executable, "manage.py", "rt_check", *urls, "--user", USER, "--yes",
        *orders.options, *arguments,
    ]  # fmt: skip
    environment = servers[0].settings | {"EMBERWATCH_PASSWORD": USER}
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **options)


if __name__ == "__main__":
    sys.exit(main())
