"""What replaying a series' past may cost a server: so many at once, and so many seconds each."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streams.errors import DomainError

MAX_SECONDS = 15.0
MAX_CONCURRENT = 2
#: readings between two calls of ``pause``
STRIDE = 64


class OverloadedError(DomainError):
    """The replay takes too long, or too many of them run; the same request may do later."""

    code = "overloaded"
    status = 503
    retry_after = 5


def deadline(seconds: float, advice: str) -> Callable[[], None]:
    """What a replay calls now and then: it lets other threads go on, and ends when time is up.

    Args:
        seconds: from now on.
        advice: what whoever asked can do about it, for the error.
    """
    at = time.monotonic() + seconds

    def pause() -> None:
        time.sleep(0)
        if time.monotonic() > at:
            raise OverloadedError(f"The replay takes too long: {advice}")

    return pause


@contextmanager
def one_of_few() -> Iterator[None]:
    """Let a few replays run at a time; raises OverloadedError beyond them."""
    if not _places.acquire(blocking=False):
        raise OverloadedError("Other series are being replayed: try again in a few seconds.")
    try:
        yield
    finally:
        _places.release()


_places = threading.BoundedSemaphore(MAX_CONCURRENT)
