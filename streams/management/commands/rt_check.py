"""``manage.py rt_check URL``: drive clients through faults, and check what each one got."""

import asyncio
import json
import os
import signal
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from getpass import getpass
from shutil import get_terminal_size
from time import monotonic
from typing import Any

import uvloop
from django.core.management.base import BaseCommand, CommandError

from streams.check import faults
from streams.check.api import Credentials
from streams.check.errors import CheckError
from streams.check.outcome import MIB, Outcome
from streams.check.run import STREAMS, Check, Options

LINE_SECONDS = 5.0
MAX_CLIENTS = 20_000
EXAMPLES = """
Sign in with EMBERWATCH_TOKEN, or with --user and EMBERWATCH_PASSWORD (else it is asked for). The
user sees the streams and sends readings: give a user of its own the groups analyst and ingester.

  manage.py rt_check https://emberwatch.example --user check --clients 15
  manage.py rt_check http://127.0.0.1:8001 http://127.0.0.1:8002 --user check --seconds 120 \\
      --fault pause --fault half-open \\
      --fault 'kill-server=systemctl kill -s KILL emberwatch-serve@8001' \\
      --fault 'valkey-away=docker compose kill valkey; sleep 30; docker compose start valkey'

Exit code: 0 all is well, 1 something was lost or is wrong, 2 the check could not be carried out.
Ctrl-C ends the load and compares what came so far; a second one ends at once.
More in docs/rt_check.md.
"""


class Command(BaseCommand):
    help = "Check that clients lose nothing, get nothing twice and everything in order."
    requires_system_checks = ()  # it talks to a server and not to this project's database

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the examples' line ends."""
        return super().create_parser(
            *args, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        add = parser.add_argument
        add("urls", nargs="+", metavar="URL", help="the server; or several of one installation")
        add("--user", default="", help="signs in with EMBERWATCH_PASSWORD, or asks for it")
        add("--clients", type=int, default=200, help="sockets (default: %(default)s)")
        add("--stream", action="append", choices=STREAMS, help="only this one; may be repeated")
        add("--rate", type=float, default=50, help="publishes/s; 0 listens (default: %(default)s)")
        add("--seconds", type=float, default=60, help="of load (default: %(default)s)")
        add(
            "--fault",
            action="append",
            default=[],
            metavar="FAULT",
            help=f"{', '.join(faults.BUILT_IN)}, or NAME=COMMAND; may be repeated, done in turn",
        )
        add("--every", type=float, default=10, help="seconds between faults (default: %(default)s)")
        add("--fault-seconds", type=float, default=120, help="that a command may take")
        add("--patience", type=float, default=60, help="seconds that everyone has to catch up")
        add("--max-server-memory", type=float, default=0, metavar="MIB", help="more is a failure")
        add("--yes", action="store_true", help="do not ask before writing")
        add("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, urls: list[str], **options: Any) -> None:
        """Check, print what was found, and exit with 1 if something is wrong."""
        self._shown = 0.0
        try:
            plan = _plan(urls, options)
            if plan.rate and not options["yes"]:
                self._ask(plan)
            outcome = self._run(plan, quiet=options["json"])
        except CheckError as error:
            raise CommandError(str(error), returncode=error.code) from error
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise CommandError("Stopped; nothing was compared.", returncode=130) from None
        self._print(outcome, as_json=options["json"])
        if not outcome.is_good:
            sys.exit(1)

    def _run(self, plan: Options, *, quiet: bool) -> Outcome:
        async def run() -> Outcome:
            check = Check(plan, (lambda _: None) if quiet else self._show)
            loop = asyncio.get_running_loop()

            def stop() -> None:
                check.stop.set()
                for number in (signal.SIGINT, signal.SIGTERM):
                    loop.remove_signal_handler(number)

            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stop)
            return await check.run()

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(run())

    def _ask(self, plan: Options) -> None:
        """Ask before rows are written.

        Raises:
            CheckError: the answer is not yes.
        """
        rows = int(plan.rate * plan.seconds)
        what = f"About {rows:,} hotspots of made-up suppliers will be opened, marked simulated"
        if not sys.stdin.isatty():
            raise CheckError(f"{what}: say --yes, or listen only with --rate 0.")
        if input(f"{what}. Go on? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CheckError("Nothing was done.")

    def _show(self, check: Check) -> None:
        """One line that is written over on a terminal; elsewhere a line every few seconds."""
        terminal = self.stdout.isatty()
        if not terminal and monotonic() < self._shown + LINE_SECONDS:
            return
        self._shown = monotonic()
        line = status(check)
        if terminal:
            line = f"\r\x1b[K{line[: get_terminal_size().columns - 1]}"
        self.stdout.write(line, ending="" if terminal else "\n")
        self.stdout.flush()

    def _print(self, outcome: Outcome, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(outcome.as_dict()))
            return
        if self.stdout.isatty():
            self.stdout.write("\r\x1b[K", ending="")
        for line in (*outcome.lines(), *outcome.failures()):
            self.stdout.write(line)


def status(check: Check) -> str:
    """Return the state of a check in one line."""
    clients, counts = check.clients, check.publisher.counts
    connected = sum(client.is_connected for client in clients)
    return (
        f"{check.clock():4.0f} s {check.phase}: {connected:,} of {len(clients):,} connected,"
        f" {counts['acked']:,} acked, {sum(len(c.history) for c in clients):,} delivered,"
        f" {len(check.faults) // 2} faults{_last(check)}"
    )


def _last(check: Check) -> str:
    return f" ({check.faults[-1].text})" if check.faults else ""


def _plan(urls: list[str], options: dict[str, Any]) -> Options:
    """Return what the options say.

    Raises:
        CheckError: they cannot be carried out.
    """
    bounds = {
        "clients": (1, MAX_CLIENTS),
        "rate": (0, 10_000),
        "seconds": (1, 86_400),
        "every": (0.1, 86_400),
        "fault_seconds": (1, 86_400),
        "patience": (1, 3_600),
        "max_server_memory": (0, 1_000_000),
    }
    for name, (least, most) in bounds.items():
        if not least <= options[name] <= most:
            flag = name.replace("_", "-")
            raise CheckError(f"--{flag} is from {least:g} to {most:g}.")
    limit = options["fault_seconds"]
    return Options(
        urls=urls,
        credentials=_credentials(options["user"]),
        clients=options["clients"],
        streams=list(dict.fromkeys(options["stream"] or STREAMS)),
        rate=options["rate"],
        seconds=options["seconds"],
        faults=[faults.parse(text, limit=limit) for text in options["fault"]],
        every=options["every"],
        patience=options["patience"],
        max_memory=options["max_server_memory"] * MIB,
        metrics_token=os.environ.get("EMBERWATCH_METRICS_TOKEN", ""),
    )


def _credentials(user: str) -> Credentials:
    token = os.environ.get("EMBERWATCH_TOKEN", "")
    if not user and not token:
        raise CheckError("say who you are: --user NAME, or EMBERWATCH_TOKEN.")
    if not user:
        return Credentials(token=token)
    password = os.environ.get("EMBERWATCH_PASSWORD")
    if password is None:
        if not sys.stdin.isatty():
            raise CheckError("the password is missing: set EMBERWATCH_PASSWORD.")
        password = getpass(f"Password of {user}: ")
    return Credentials(user=user, password=password)
