"""What all processes know together, in Django's cache; by itself while that is away."""

import logging
import time
from collections.abc import Callable

from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache

logger = logging.getLogger(__name__)

#: After a failure the shared cache is left alone for so long: waiting for it costs a second.
PAUSE_SECONDS = 10.0
_own = LocMemCache("language-model", {})
_away_until = 0.0


def with_cache[T](act: Callable[[BaseCache], T]) -> T:
    """Return what ``act`` makes of the shared cache, or of one of this process alone."""
    global _away_until
    if time.monotonic() >= _away_until:
        try:
            return act(cache)
        except Exception as error:  # noqa: BLE001 - any broker's error: generation works without
            logger.warning("the shared cache is away: %s", type(error).__name__)
            _away_until = time.monotonic() + PAUSE_SECONDS
    return act(_own)


def add_to(store: BaseCache, key: str, number: int, timeout: float | None) -> int:
    """Add to a counter that begins at 0 and ends ``timeout`` seconds (``None``: never) later."""
    store.add(key, 0, timeout)
    try:
        return store.incr(key, number)
    except ValueError:  # it ended in between
        store.set(key, number, timeout)
        return number
