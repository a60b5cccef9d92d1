"""The one door to the clients: ``publish()``, called by ``post_save`` receivers and by nobody else.

A change of a row becomes a row of the log in the caller's transaction, and one wake-up per
stream after the commit. Nothing here talks to the network before the commit.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection, transaction

from . import log, wakeup


class Change(NamedTuple):
    """One collected event: its name, its row, and what of it was replaced, as JSON."""

    event: str
    data: bytes
    before: bytes = b""


type Ending = Callable[[list[Any]], None]


class _Batches(threading.local):
    open: dict[str, list[Change]] | None = None
    endings: dict[Ending, list[Any]] = {}
    notes: dict[str, Any] = {}


_batches = _Batches()


def publish(
    stream: str, event: str, row: dict[str, Any], *, before: dict[str, Any] | None = None
) -> None:
    """Record that a row changed; clients are told when the transaction commits.

    Args:
        stream: route name, for example ``"hotspots"``.
        event: ``<noun>.<past participle>``, for example ``"hotspot.created"``.
        row: the whole row, JSON-ready, as the REST API shows it.
        before: the values that this change replaced, of the fields a filter may ask for.
    """
    change = Change(event, orjson.dumps(row), orjson.dumps(before) if before else b"")
    if _batches.open is not None:
        _batches.open.setdefault(stream, []).append(change)
    else:
        with transaction.atomic():
            _write({stream: [change]})


@contextmanager
def batch() -> Iterator[None]:
    """One transaction whose events are numbered in its last statements.

    Row locks first, stream locks last: a service locks what it will change right after
    entering. Between them comes what was given to ``at_end``. An inner batch joins the outer
    one. In a transaction that began before, the events are numbered on leaving all the same.
    """
    if _batches.open is not None:
        with _inner(_batches.open, _batches.endings):
            yield
        return
    ends_here = connection.get_autocommit() and not connection.in_atomic_block
    with transaction.atomic():
        _batches.open, _batches.endings, _batches.notes = {}, {}, {}
        try:
            yield
            for ending, items in _batches.endings.items():
                if items:
                    ending(items)
            pending = _batches.open
        finally:
            _batches.open = None
        _write(pending, commit=ends_here)


def at_end(ending: Ending, item: Any) -> None:
    """Hand something over to what runs once in the transaction, after all its work.

    For a lock that every writer needs: taken any earlier, it would be held while waiting for a
    row, and whoever holds that row may wait for it. It comes before those of the streams.

    Args:
        ending: called with all items of the batch, in the order in which they came; outside of a
            batch with this one, at once. It may read, lock and write, but ends nothing itself.
        item: forgotten if the inner batch that it came from is rolled back.
    """
    if _batches.open is not None:
        _batches.endings.setdefault(ending, []).append(item)
    else:
        with transaction.atomic():
            ending([item])


def notes() -> dict[str, Any]:
    """Return what services keep in mind until the batch ends; outside of one, nothing is kept."""
    return _batches.notes if _batches.open is not None else {}


def head(stream: str) -> int:
    """Return the last number of a stream, 0 if it has no event."""
    return log.position(stream)[1]


@contextmanager
def _inner(*collected: dict[Any, list[Any]]) -> Iterator[None]:
    """Forget what an inner batch collected if it is rolled back."""
    before = [{key: len(items) for key, items in one.items()} for one in collected]
    try:
        with transaction.atomic():
            yield
    except BaseException:
        _batches.notes.clear()
        for one, lengths in zip(collected, before, strict=True):
            for key, items in one.items():
                del items[lengths.get(key, 0) :]
        raise


def _write(pending: dict[str, list[Change]], *, commit: bool = False) -> None:
    # Always in this order: two transactions never wait for each other.
    ordered = {stream: pending[stream] for stream in settings.STREAMS if pending.get(stream)}
    for numbered in log.append(ordered, commit=commit) if ordered else ():
        # robust: a dead broker must not turn a committed write into an error.
        transaction.on_commit(partial(wakeup.announce, numbered), robust=True)
