"""The shipped rt_check, as a process of its own, while everything it looks at is killed."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.faults.drill import NO_LIMITS, crash, start
from tests.faults.orders import Orders
from tests.servers import EmberwatchServer
from tests.servers.base import children_of

pytestmark = [
    pytest.mark.servers,
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.xdist_group("installation"),  # one for all: see `pair`
]
WRONG = ("lost", "repeated", "out_of_order", "foreign", "acked_but_missing", "resyncs")


class TwoWorkers(EmberwatchServer):
    """`manage.py serve` with two processes on one port."""

    name = "two-workers"

    def command(self) -> list[str]:
        return [*super().command(), "--workers", "2"]

    @property
    def workers(self) -> list[int]:
        """The processes that serve; the supervisor has another child that only counts."""
        children = self.process and children_of(self.process.pid)
        return [pid for pid in children or [] if b"spawn_main" in command_line(pid)]

    def kill_one(self) -> None:
        """kill -9 one worker."""
        os.kill(self.workers[0], signal.SIGKILL)


def command_line(pid: int) -> bytes:
    """The arguments of a process, empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def run(servers: tuple[EmberwatchServer, ...], orders: Orders, *arguments: str) -> dict:
    """What rt_check found; it must have been carried out."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(servers, orders, "--json", *arguments, **pipes) as process:
        code = orders.carry_out_for(process)
        printed, said = process.communicate()
    assert code in (0, 1), said
    return json.loads(printed)


def test_clients_notice_nothing_when_server_valkey_and_postgres_are_killed(
    pair, postgres, valkey, seconds, capsys
):
    acts = {
        "kill-server": crash(*pair),
        "kill-valkey": crash(valkey, away=seconds),
        "kill-postgres": crash(postgres),
    }
    load = ("--clients", "12", "--rate", "10", "--every", "1", "--seconds", "3")
    if seconds >= 30:  # make faults
        load = ("--clients", "200", "--rate", "50", "--every", "10", "--seconds", "90")

    with Orders(acts) as orders:
        found = run(pair, orders, *load)

    with capsys.disabled():
        print(f"\n{json.dumps(found)}")  # noqa: T201
    assert {name: found[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert found["ok"] is True
    assert found["faults"].keys() == acts.keys()
    assert found["publishes"]["acked"] > 0
    assert found["reconnects"] >= found["clients"] / 2  # those of the killed server


def test_clients_of_a_killed_worker_go_on_at_the_next_one(postgres, valkey, pair):
    settings = {"database": postgres.url, "redis": valkey.url, **NO_LIMITS}
    with TwoWorkers(**settings) as server, Orders({"kill-worker": server.kill_one}) as orders:
        before = server.workers
        found = run(
            (server,), orders,
            "--clients", "12", "--rate", "10", "--every", "1", "--seconds", "3",
        )  # fmt: skip
        after = server.workers

    assert {name: found[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert found["reconnects"] > 0
    assert len(before) == len(after) == 2
    assert set(before) != set(after)
