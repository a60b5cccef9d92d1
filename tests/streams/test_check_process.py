"""The command rt_check as a process of its own: servers that are truthful, lying, refusing."""

import asyncio
import json
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import Group

from tests.conftest import PASSWORD
from tests.streams.lies import LIES, liar

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.servers


@pytest.fixture
def tester(analyst):
    """Who sees the streams and sends readings."""
    analyst.groups.add(Group.objects.get(name="ingester"))
    return analyst


@pytest.fixture
def run(tmp_path, tester):
    """Start rt_check against a port; give its process."""

    async def start(port: int, *arguments: str, **more: str) -> asyncio.subprocess.Process:
        ours = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
        environment = {k: v for k, v in os.environ.items() if k not in ours}
        environment |= {"DATA_DIR": str(tmp_path), "EMBERWATCH_PASSWORD": PASSWORD, **more}
        return await asyncio.create_subprocess_exec(
            sys.executable, "manage.py", "rt_check", f"ws://127.0.0.1:{port}",
            "--user", tester.username, "--yes", *arguments,
            cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    return start


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str, str]:
    """The exit code, and what the process printed and said."""
    printed, said = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, printed.decode(), said.decode()


LOAD = ("--stream", "hotspots", "--rate", "10", "--seconds", "2", "--patience", "5")


async def test_a_truthful_server_passes(server, run):
    process = await run(server.port, "--clients", "6", "--rate", "10", "--seconds", "1", "--json")
    code, printed, said = await ended(process)

    found = json.loads(printed)
    assert (code, said) == (0, ""), printed + said
    assert found["ok"] is True
    assert found["publishes"]["acked"] >= 5
    assert found["delivered"] >= 4 * found["publishes"]["acked"]  # 2 clients on each stream
    assert found["publish_to_socket_p50"] > 0
    wrong = ("lost", "repeated", "out_of_order", "foreign", "acked_but_missing", "reconnects")
    assert {found[name] for name in wrong} == {0}


async def test_each_lie_of_a_server_is_found_and_the_history_around_it_shown(server, run):
    async with liar(server.port, *LIES) as port:
        code, printed, said = await ended(await run(port, "--clients", "5", *LOAD))

    assert (code, said) == (1, "")
    assert "1 lost, 1 repeated, 1 out of order, 1 foreign, 0 acked but missing" in printed
    assert "FAILED: 1 of 5 histories equal the log." in printed
    shown = printed.partition("FAILED")[2]
    assert len(re.findall(r"^client \d \((session|plain), hotspots\):$", shown, re.M)) == 3
    assert shown.rstrip().endswith("… and 1 more clients")
    assert re.search(r"^ +\d+\.\d\d s  connects to http://127.0.0.1:\d+", shown, re.M)
    assert re.search(r"^ +got \d+$", shown, re.M)


async def test_an_acknowledged_change_that_is_not_in_the_log_is_found(server, run):
    swallowed = (b' 4","entity":"rt_check', b' 4","entity":"xx_check')
    async with liar(server.port, rewrite=swallowed) as port:
        code, printed, _ = await ended(await run(port, "--clients", "2", *LOAD))

    assert code == 1
    assert "0 lost, 0 repeated, 0 out of order, 0 foreign, 1 acked but missing" in printed
    assert "answered 200 and not in the log: publishes 4" in printed


async def test_interrupted_it_compares_what_came_so_far(server, run):
    process = await run(server.port, "--clients", "3", "--seconds", "600", "--rate", "10")
    await asyncio.wait_for(process.stdout.readline(), 30)  # its first line: it has begun
    process.send_signal(signal.SIGINT)
    code, printed, said = await ended(process)

    assert (code, said) == (0, ""), printed + said
    assert "OK: 3 of 3 histories equal the log." in printed


async def test_a_command_that_fails_ends_the_check_with_what_it_said(server, run):
    arguments = ("--clients", "2", "--every", "0.1", "--rate", "5")
    broken = "kill-all=echo no such unit; exit 5"
    code, _, said = await ended(await run(server.port, *arguments, "--fault", broken))

    assert code == 2
    assert said == "CommandError: --fault kill-all: the command ended with 5: no such unit\n"


async def test_clients_that_pause_break_off_and_vanish_lose_nothing(server, run):
    process = await run(
        server.port, "--clients", "6", "--rate", "10", "--seconds", "2", "--every", "0.5",
        "--fault", "disconnect", "--fault", "half-open", "--fault", "pause",
        "--fault", "look=test -z \"$EMBERWATCH_PASSWORD\"", "--json",
    )  # fmt: skip
    code, printed, said = await ended(process)

    found = json.loads(printed)
    assert (code, said) == (0, ""), printed + said
    assert set(found["faults"]) == {"disconnect", "half-open", "pause", "look"}
    assert found["reconnects"] >= 2


async def test_tokens_that_end_meanwhile_are_renewed_and_nothing_is_lost(server, run, settings):
    settings.ACCESS_TOKEN_SECONDS = 2  # its end is a whole second: some end before their renewal
    process = await run(server.port, "--clients", "6", "--rate", "5", "--seconds", "7", "--json")
    code, printed, said = await ended(process)

    found = json.loads(printed)
    assert (code, said) == (0, ""), printed + said
    assert found["reconnects"] >= 3  # plain clients cannot show a new token: they come back
    assert found["publishes"]["refused"] == 0
