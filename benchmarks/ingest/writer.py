"""One client process: takes jobs as JSON lines, does each, and tells how long that took.

Started by ``site.py``; a job is ``{"way": ..., "bodies": [...]}``. The ways are

    detect   decode, check, store, judge, learn, and open what is to be opened
    learn    the same, but open nothing (``quiet``)
    copy     one COPY (SQLite: ``executemany``) of rows that are ready, a transaction per batch
    create   one ``Measurement.objects.create`` per event

What prepares the yardsticks' rows is outside the clock.
"""

import gc
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Do what comes in on standard input."""
    django.setup()
    from streams.garbage import SELDOM

    gc.set_threshold(*SELDOM)  # as the server and the command do
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_do(json.loads(line))) + "\n")
        sys.stdout.flush()


def _do(job: dict[str, Any]) -> dict[str, Any]:
    work = {"detect": _detect, "learn": _learn, "copy": _copy, "create": _create}[job["way"]]
    run = work([body.encode() for body in job["bodies"]])
    cpu, began = time.process_time(), time.perf_counter()
    events = run()
    ended = time.perf_counter()
    return {
        "events": events, "began": began, "ended": ended, "cpu": time.process_time() - cpu,
    }  # fmt: skip


def _detect(bodies: list[bytes]) -> Callable[[], int]:
    return lambda: sum(_take(body, quiet=False) for body in bodies)


def _learn(bodies: list[bytes]) -> Callable[[], int]:
    return lambda: sum(_take(body, quiet=True) for body in bodies)


def _take(body: bytes, *, quiet: bool) -> int:
    from ingest.parsing import parse
    from ingest.pipeline import ingest

    parsed = parse(body, "application/json", now=NOW)
    intake = ingest(parsed.readings, received_at=NOW, quiet=quiet)
    assert not parsed.rejected
    assert not intake.rejected
    assert intake.accepted == len(parsed.readings), intake
    return intake.accepted


def _copy(bodies: list[bytes]) -> Callable[[], int]:
    from django.db import transaction

    from hotspots.batch import storage

    batches = [_rows(body) for body in bodies]

    def run() -> int:
        for rows in batches:
            with transaction.atomic():
                storage.insert(rows)
        return sum(map(len, batches))

    return run


def _create(bodies: list[bytes]) -> Callable[[], int]:
    from hotspots.batch import storage
    from hotspots.models import Measurement

    rows = [dict(zip(storage.COLUMNS, row, strict=True)) for body in bodies for row in _rows(body)]

    def run() -> int:
        for row in rows:
            Measurement.objects.create(**row)
        return len(rows)

    return run


def _rows(body: bytes) -> list[list[Any]]:
    """The rows that the product makes of a body, as ``storage.COLUMNS`` has them."""
    from django.db import transaction

    from hotspots.batch.registry import Registry
    from hotspots.batch.watching import Terms, watch
    from hotspots.memory.states import read_state
    from ingest.parsing import parse

    with transaction.atomic():
        registry = Registry(parse(body, "application/json", now=NOW).readings)
        terms = Terms(NOW, simulated=False, quiet=True)
        sources = registry.sources.values()
        watches = [watch(one, read_state(one, one.state), terms) for one in sources]
    return [row for seen in watches for row in seen.rows]
