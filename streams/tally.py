"""How many sockets each name (a user, an address) holds, over all processes of an installation.

With ``REDIS_URL`` every process keeps its own numbers in Redis, one small hash per name, and
reads those of the others in the same round trip; handshakes that come together share one. A
process that was killed is forgotten after ``LIFE_SECONDS``. While Redis is away, and without one,
each process counts for itself.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.crypto import salted_hmac
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

LIFE_SECONDS = 10.0
TRIP_SECONDS = 1.0  # the longest that a handshake waits for Redis
AWAY_SECONDS = 5.0  # then it is not asked for so long


class Tally:
    """Counts names for one event loop."""

    def __init__(self) -> None:
        self._own: Counter[str] = Counter()
        self._redis = _connect() if settings.REDIS_URL else None
        self._process = uuid4().hex
        self._prefix = f"{settings.CHANNEL_PREFIX or 'emberwatch'}.sockets.{_installation()}"
        self._changed: set[str] = set()
        self._trip: asyncio.Task[dict[str, int]] | None = None
        self._traveling = asyncio.Lock()
        self._renewing: asyncio.Task[None] | None = None
        self._away_until = 0.0

    async def take(self, name: str, limit: int) -> bool:
        """Count one more of a name; return whether all processes together stay in the limit."""
        self._own[name] += 1
        fits = False
        try:
            fits = self._own[name] <= limit and self._own[name] + await self._others(name) <= limit
        finally:
            if not fits:
                self.release(name)
        return fits

    def release(self, name: str) -> None:
        """Count one less of a name."""
        self._own[name] -= 1
        if not self._own[name]:
            del self._own[name]
        self._tell(name)

    async def _others(self, name: str) -> int:
        trip = self._tell(name)
        # shield: one client that goes away must not take the answer from the others
        return 0 if trip is None else (await asyncio.shield(trip)).get(name, 0)

    def _tell(self, name: str) -> asyncio.Task[dict[str, int]] | None:
        """Have a name's number told with the next trip; all that comes before it joins it."""
        if self._redis is None or time.monotonic() < self._away_until:
            return None
        self._changed.add(name)
        if self._trip is None:
            self._trip = asyncio.create_task(self._travel())
        return self._trip

    async def _travel(self) -> dict[str, int]:
        async with self._traveling:
            self._trip, names, self._changed = None, self._changed, set()
            try:
                async with asyncio.timeout(TRIP_SECONDS):
                    found = await self._exchange(names)
            except (RedisError, OSError) as error:
                self._away_until = time.monotonic() + AWAY_SECONDS
                logger.warning("sockets are counted here only: %s", type(error).__name__)
                found = {}
            await self._keep_or_close()
            return found

    async def _exchange(self, names: Collection[str]) -> dict[str, int]:
        """Write our numbers and return those of the other living processes."""
        assert self._redis is not None  # noqa: S101 - nobody travels without one
        now = time.time()
        pipe = self._redis.pipeline(transaction=False)
        pipe.zremrangebyscore(self._prefix, "-inf", now)
        pipe.zadd(self._prefix, {self._process: now + LIFE_SECONDS})
        pipe.zrange(self._prefix, 0, -1)
        for name in names:
            self._write(pipe, name)
        _, _, living, *answers = await pipe.execute()
        others = set(living) - {self._process}
        return {
            name: sum(int(count) for process, count in told.items() if process in others)
            for name, told in zip(names, answers[2::3], strict=True)
        }

    def _write(self, pipe: Any, name: str) -> None:
        key = f"{self._prefix}.{name}"
        if self._own[name]:
            pipe.hset(key, self._process, self._own[name])
        else:
            pipe.hdel(key, self._process)
        pipe.expire(key, int(2 * LIFE_SECONDS))
        pipe.hgetall(key)

    async def _keep_or_close(self) -> None:
        """Renew while sockets are held here; let the connection go with the last one."""
        if self._own and self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())
        if not self._own and not self._changed and self._redis is not None:
            if self._renewing is not None:
                self._renewing.cancel()
                self._renewing = None
            with suppress(RedisError, OSError):
                await self._redis.aclose()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LIFE_SECONDS / 3)
            for name in tuple(self._own):
                self._tell(name)


def _installation() -> str:
    """Tell installations on one Redis apart: their users have the same numbers."""
    database = str(settings.DATABASES["default"]["NAME"])
    return salted_hmac("streams.tally", database, algorithm="sha256").hexdigest()[:12]


def _connect() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=TRIP_SECONDS,
        socket_connect_timeout=TRIP_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
