"""The publisher of the benchmarks: a process that saves events and tells how far it came.

    python -m benchmarks.streams.feed --seconds 4 --window 8 --progress FILE
    python -m benchmarks.streams.feed --seconds 10 --rate 10

Every event goes through ``streams.events.publish`` into the log, in transactions of ``--batch``
events. Closed loop: at most ``--window`` transactions are ahead of what ``--progress`` says
(written by the load generator). With ``--rate`` that many transactions a second instead.

``--via layer`` wakes the product as usual. For the yardsticks only this last step differs:
``--via raw`` publishes the same JSON text on the Redis channel ``--channel``, ``--via core``
sends it to the group ``--channel`` of Channels' core layer.

Prints {"first": seq, "last": seq, "events": n, "seconds": s}; ``sent_ns`` in each row is the
monotonic clock just before its transaction began.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import orjson  # noqa: E402 - after the settings, as everything that needs them
import redis  # noqa: E402
from asgiref.sync import async_to_sync  # noqa: E402
from channels_redis.core import RedisChannelLayer  # noqa: E402
from django.conf import settings  # noqa: E402

from streams import events, log, wakeup  # noqa: E402
from streams.encoding import Encoded  # noqa: E402
from streams.log import Event, Numbered  # noqa: E402

STREAM = "hotspots"
STALL_SECONDS = 3.0  # a yardstick that lost an event must not stop the feed for good
NAP_SECONDS = 0.0002
ROW = {
    "id": 123,
    "entity": "Supplier A",
    "entity_type": "supplier",
    "metric": "co2e",
    "unit": "kg",
    "value": 122.0,
    "baseline": 96.5,
    "percent_above": 26.4,
    "severity": "warn",
    "status": "open",
    "explanation": "",
}


def row_of(size: int) -> dict[str, object]:
    """Return a row whose plain frame has about ``size`` bytes."""
    row = ROW | {"sent_ns": time.monotonic_ns()}
    sample = Event(1_000, "hotspot.updated", "2026-11-23T04:00:00.000Z", orjson.dumps(row))
    return row | {"explanation": "x" * max(0, size - len(Encoded(sample).plain_frame))}


def text_of(event: Event) -> bytes:
    """Return what a plain socket gets."""
    return Encoded(event).plain


def raw(channel: str) -> Callable[[Numbered], None]:
    """Return a wake-up that publishes the texts themselves."""
    client = redis.Redis.from_url(settings.REDIS_URL)

    def announce(numbered: Numbered) -> None:
        for event in numbered.events:
            client.publish(channel, text_of(event))

    return announce


def core(channel: str) -> Callable[[Numbered], None]:
    """Return a wake-up as in the tutorial of Channels: a message to a group of the core layer."""
    layer = RedisChannelLayer(hosts=[settings.REDIS_URL])

    async def send(numbered: Numbered) -> None:
        for event in numbered.events:
            message = {"type": "chat.message", "message": json.loads(text_of(event))}
            await layer.group_send(channel, message)

    return async_to_sync(send)


class Pace:
    """When the next transaction may begin: at a rate, or within the window."""

    def __init__(self, options: argparse.Namespace, head: int) -> None:
        self.options = options
        self.began = time.monotonic()
        self.sent = 0
        self.head = head
        self.progress: Path | None = options.progress

    def reached(self) -> int:
        """Return the newest event that every socket has."""
        if self.progress is None:
            return self.head
        return max(self.head, int.from_bytes(self.progress.read_bytes(), "little"))

    def wait(self, last: int) -> None:
        """Return when the next transaction is due."""
        if self.options.rate:
            due = self.began + self.sent / self.options.rate
            time.sleep(max(0.0, due - time.monotonic()))
        else:
            self.await_at_most(last, (self.options.window - 1) * self.options.batch)
        self.sent += 1

    def await_at_most(self, last: int, ahead: int) -> None:
        """Return when at most so many events are under way, or nothing moves any more."""
        before, since = -1, time.monotonic()
        while (reached := self.reached()) < last - ahead:
            if reached != before:
                before, since = reached, time.monotonic()
            elif time.monotonic() > since + STALL_SECONDS:
                return
            time.sleep(NAP_SECONDS)


def save(row: dict[str, object], count: int) -> None:
    """Publish so many events in one transaction."""
    row["sent_ns"] = time.monotonic_ns()
    if count == 1:
        events.publish(STREAM, "hotspot.updated", row)
        return
    with events.batch():
        for _ in range(count):
            events.publish(STREAM, "hotspot.updated", row)


def feed(options: argparse.Namespace) -> dict[str, float]:
    """Publish for so many seconds, and wait until the last event has arrived."""
    head = last = log.position(STREAM)[1]
    row, pace = row_of(options.bytes), Pace(options, head)
    while time.monotonic() < pace.began + options.seconds:
        pace.wait(last)
        save(row, options.batch)
        last += options.batch
    seconds = time.monotonic() - pace.began
    if options.progress:
        pace.await_at_most(last, 0)
    return {"first": head + 1, "last": last, "events": last - head, "seconds": seconds}


def main() -> None:
    """Read the options, publish, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--window", type=int, default=8, help="transactions")
    parser.add_argument("--rate", type=float, default=0.0, help="transactions a second")
    parser.add_argument("--batch", type=int, default=1, help="events in a transaction")
    parser.add_argument("--bytes", type=int, default=408, help="of a plain frame")
    parser.add_argument("--progress", type=Path)
    parser.add_argument("--via", choices=["layer", "raw", "core"], default="layer")
    parser.add_argument("--channel", default="")
    options = parser.parse_args()
    if options.via != "layer":
        wakeup.announce = {"raw": raw, "core": core}[options.via](options.channel)
    sys.stdout.write(json.dumps(feed(options)) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the wake-up's loop is a daemon thread with a connection open


if __name__ == "__main__":
    main()
