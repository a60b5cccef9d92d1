"""What is done to clients, and commands that are done to servers."""

import asyncio
import os
import random
import signal
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from .clients import Client
from .errors import CheckError

PAUSE_SECONDS = 5.0
SHARE = 10  # one of so many clients is hit
SECRETS = ("EMBERWATCH_TOKEN", "EMBERWATCH_PASSWORD", "EMBERWATCH_METRICS_TOKEN")
Act = Callable[[Sequence[Client]], Awaitable[None]]


class Fault(NamedTuple):
    """Something that goes wrong: a name, and a function that brings it about."""

    name: str
    act: Act


def parse(text: str, *, limit: float) -> Fault:
    """Return the fault that an option names.

    Args:
        text: ``pause``, ``half-open``, ``disconnect``, or ``NAME=COMMAND`` for a shell.
        limit: seconds that a command may take.

    Raises:
        CheckError: there is no such fault.
    """
    name, is_command, command = text.partition("=")
    if is_command and name.strip() and command.strip():
        return Fault(name.strip(), _shell(name.strip(), command, limit))
    if name in BUILT_IN and not is_command:
        return Fault(name, BUILT_IN[name])
    raise CheckError(f"--fault {text}: neither {', '.join(BUILT_IN)} nor NAME=COMMAND.")


async def pause(clients: Sequence[Client]) -> None:
    """Some clients stop reading for a while."""
    for client in _some(clients):
        client.pause(PAUSE_SECONDS)


async def half_open(clients: Sequence[Client]) -> None:
    """Some clients lose their network and come back on a new connection."""
    for client in _some(clients):
        client.abandon()


async def disconnect(clients: Sequence[Client]) -> None:
    """Some clients' connections are cut."""
    for client in _some(clients):
        client.drop()


BUILT_IN: dict[str, Act] = {"pause": pause, "half-open": half_open, "disconnect": disconnect}


def _some(clients: Sequence[Client]) -> list[Client]:
    return random.sample(clients, max(1, len(clients) // SHARE))


def _shell(name: str, command: str, limit: float) -> Act:
    async def act(clients: Sequence[Client]) -> None:
        # a file and no pipe: what the command starts may keep its output open
        with tempfile.TemporaryFile() as output:
            environment = {k: v for k, v in os.environ.items() if k not in SECRETS}
            process = await asyncio.create_subprocess_shell(
                command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                start_new_session=True,
            )
            try:
                code = await asyncio.wait_for(process.wait(), limit)
            except TimeoutError:
                raise CheckError(f"--fault {name}: not done within {limit:g} s.") from None
            finally:
                if process.returncode is None:
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
            output.seek(0)
            said = output.read()[-2000:].decode(errors="replace").strip().splitlines()
        if code:
            last = f": {said[-1]}" if said else ""
            raise CheckError(f"--fault {name}: the command ended with {code}{last}")

    return act
