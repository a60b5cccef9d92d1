"""What the server tells Prometheus. Labels are bound once, so the hot path only adds numbers.

With ``serve --workers`` the processes share a folder of counters (``share()``), and each of them
answers for all; a process alone counts in memory.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter that nobody reads

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's name for where processes share counters
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
CODES = {1000, 1001, 1005, 1006, 1009, 1011, 1012, 4400, 4401, 4403, 4408, 4409, 4412, 4429}

_STREAM = ["stream"]
SOCKETS = Gauge("emberwatch_sockets", "Open sockets", _STREAM, multiprocess_mode="livesum")
ACCEPTED = Counter("emberwatch_sockets_accepted", "Handshakes accepted", _STREAM)
REFUSED = Counter("emberwatch_handshakes_refused", "Handshakes refused with 403 or 429", ["reason"])
CLOSED = Counter("emberwatch_sockets_closed", "Sockets closed, by close code", ["code"])
RESUMES = Counter(
    "emberwatch_resumes", "Clients that came back with a position", ["stream", "result"]
)
EVENTS_SENT = Counter("emberwatch_events_sent", "Events written, once per socket", _STREAM)
FRAMES_SENT = Counter("emberwatch_frames_sent", "Frames with events, once per socket", _STREAM)
LAG = Histogram(
    "emberwatch_publish_to_socket_seconds",
    "From an event's time to its write; the oldest event of each fan-out",
    _STREAM,
    buckets=SECONDS,
)
RING_HITS = Counter("emberwatch_ring_hits", "Late readers served from memory", _STREAM)
LOG_PAGES = Counter("emberwatch_log_pages_read", "Pages read from the log for latecomers", _STREAM)
REPAIRS = Counter("emberwatch_poll_repairs", "Lost wake-ups that the poll made good", _STREAM)
RESTARTS = Counter("emberwatch_hub_restarts", "Hub tasks that failed and began again", _STREAM)
SLOW = Counter("emberwatch_slow_readers", "Times that a socket had to be waited for", _STREAM)
WAKE_UPS_LOST = Counter("emberwatch_wakeups_not_sent", "Wake-ups that the broker did not take")
READINGS = Counter("emberwatch_readings", "Readings taken in, by what became of them", ["result"])
HTTP = Counter("emberwatch_http_requests", "HTTP answers", ["method", "status"])


class StreamCounts:
    """The counters of one stream."""

    def __init__(self, stream: str) -> None:
        self.sockets = SOCKETS.labels(stream)
        self.accepted = ACCEPTED.labels(stream)
        self.ring_hits = RING_HITS.labels(stream)
        self.log_pages = LOG_PAGES.labels(stream)
        self.repairs = REPAIRS.labels(stream)
        self.restarts = RESTARTS.labels(stream)
        self.slow = SLOW.labels(stream)
        self._resumed = {
            result: RESUMES.labels(stream, result) for result in ("ok", "epoch", "ahead", "trimmed")
        }
        self._events = EVENTS_SENT.labels(stream)
        self._frames = FRAMES_SENT.labels(stream)
        self._lag = LAG.labels(stream)

    def sent(self, events: int, frames: bytes | int, sockets: int = 1) -> None:
        """Count one write to each of some sockets; ``frames`` are what was written, or how many."""
        number = frames if isinstance(frames, int) else frames_in(frames)
        self._events.inc(events * sockets)
        self._frames.inc(number * sockets)

    def fanned_out(self, at: str) -> None:
        """Observe how old an event was when it had been written; clocks may differ a little."""
        age = (datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds()
        self._lag.observe(max(0.0, age))

    def resumed(self, result: str) -> None:
        """Count a client with a position: ``ok``, or the reason for a resync."""
        self._resumed[result].inc()


@cache
def of(stream: str) -> StreamCounts:
    """Return the counters of a stream."""
    return StreamCounts(stream)


def closed(code: int) -> None:
    """Count a close; a code that nobody should send is ``other``."""
    CLOSED.labels(str(code) if code in CODES else "other").inc()


def readings(*, accepted: int = 0, duplicates: int = 0, rejected: int = 0) -> None:
    """Count what became of a batch."""
    _ACCEPTED_READINGS.inc(accepted)
    _DUPLICATES.inc(duplicates)
    _REJECTED.inc(rejected)


def frames_in(written: bytes) -> int:
    """Return how many of our WebSocket frames (unmasked, RFC 6455 section 5.2) stand there."""
    place = number = 0
    while place < len(written):
        size = written[place + 1]
        extra = {126: 2, 127: 8}.get(size, 0)
        if extra:
            size = int.from_bytes(written[place + 2 : place + 2 + extra], "big")
        place += 2 + extra + size
        number += 1
    return number


@contextmanager
def share() -> Iterator[None]:
    """Let the processes started inside count together, in a folder that goes with them."""
    with tempfile.TemporaryDirectory(prefix="emberwatch-metrics-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]


def render() -> bytes:
    """Return the metrics of this process, or of all that share a folder, as Prometheus text."""
    folder = os.environ.get(FOLDER)
    if folder is None:
        return generate_latest(REGISTRY)
    _forget_the_dead(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _forget_the_dead(folder: Path) -> None:
    """A killed process holds no sockets; what it counted stays counted."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not _is_alive(pid):
            mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


_ACCEPTED_READINGS = READINGS.labels("accepted")
_DUPLICATES = READINGS.labels("duplicate")
_REJECTED = READINGS.labels("rejected")
