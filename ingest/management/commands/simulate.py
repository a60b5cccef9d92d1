"""``manage.py simulate``: the demo's feed against any server, over HTTP."""

import threading
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hotspots.readings import Reading
from ingest.client import ClientError, EventsClient
from ingest.demo import BATCH_SIZE, PASSWORD, SEED, Planned
from ingest.simulation import history_times, readings


class Command(BaseCommand):
    help = "Send a simulated feed with incidents to a server. Ctrl-C ends it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        add = parser.add_argument
        add("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
        add("--token", default="", help="an access token with hotspots.add_measurement")
        add("--user", default="ingest", help="instead of a token (default: %(default)s)")
        add("--password", default=PASSWORD, help="the user's (default: that of the demo)")
        add("--seed", type=int, default=SEED, help="the same seed gives the same values")
        add("--days", type=int, default=28, help="history sent first (default: %(default)s)")
        add("--speed", type=float, default=1.0, help="readings per second and meter, 0.01 to 100")
        add("--seconds", type=float, help="stop after this time (default: never)")

    def handle(self, **options: Any) -> None:
        """Send the history, then live readings until told to stop."""
        if not 0.01 <= options["speed"] <= 100:
            raise CommandError("--speed is from 0.01 to 100.")
        if not 0 <= options["days"] <= 3650:
            raise CommandError("--days is from 0 to 3650.")
        self.sent = 0
        self.stop = threading.Event()
        try:
            self.client = self._client(options)
            self._history(options["seed"], timedelta(days=options["days"]))
            self._live(options["seed"], timedelta(seconds=1 / options["speed"]), options["seconds"])
        except ClientError as error:
            raise CommandError(f"{error} {self.sent:,} readings were sent.") from error
        except KeyboardInterrupt:
            self.stdout.write("")
        self.stdout.write(f"Stopped: {self.sent:,} readings were sent.")

    def _client(self, options: dict[str, Any]) -> EventsClient:
        return EventsClient(
            options["url"],
            token=options["token"],
            user="" if options["token"] else options["user"],
            password=options["password"],
            wait=self.stop.wait,
        )

    def _history(self, seed: int, length: timedelta) -> None:
        now = datetime.now(UTC)
        times = history_times(now - length, now)
        rows = (row for at in times for row in readings(at, seed))
        for batch in batched(rows, BATCH_SIZE, strict=False):
            self._send(batch)
        self.stdout.write(f"{self.sent:,} readings of {length.days} days sent. Now live.")

    def _live(self, seed: int, step: timedelta, seconds: float | None) -> None:
        planned = Planned(seed, step)
        at = started = datetime.now(UTC)
        while seconds is None or at - started < timedelta(seconds=seconds):
            for incident in planned.at(at):
                self.stdout.write(f"{at:%H:%M:%S} {incident}")
            self._send(readings(at, seed, planned.active))
            at = max(at + step, datetime.now(UTC) - step)  # a slow server costs readings
            self.stop.wait((at - datetime.now(UTC)).total_seconds())

    def _send(self, batch: Sequence[Reading]) -> None:
        self.client.send(batch)
        self.sent += len(batch)
