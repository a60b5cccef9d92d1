"""How many sockets each name (a user, an address) holds, over all processes of an installation.

With ``REDIS_URL`` every process keeps its own numbers in Redis, in one hash, and reads those of
the others in the same round trip; handshakes that come together share one. A process that was
killed is forgotten after ``LIFE_SECONDS``. While Redis is away, and without one, each process
counts for itself; when it is back, and if it has forgotten, everything is told anew.
"""

import asyncio
import logging
import time
from collections import Counter
from contextlib import suppress
from itertools import batched
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
NAMES_A_CALL = 1000

# KEYS: the living. ARGV: our process, how long it lives without another call, whether to forget
# what it said before, and names with numbers. Answers whether there was anything to forget, and
# how many of each name the others have.
EXCHANGE = """
local mine, now = KEYS[1] .. '.' .. ARGV[1], redis.call('TIME')[1]
local names, sums = {}, {}
local was_there = redis.call('EXISTS', mine)
if ARGV[3] == '1' then redis.call('DEL', mine) end
for i = 4, #ARGV, 2 do
  names[#names + 1], sums[#sums + 1] = ARGV[i], 0
  if ARGV[i + 1] == '0' then redis.call('HDEL', mine, ARGV[i])
  else redis.call('HSET', mine, ARGV[i], ARGV[i + 1]) end
end
redis.call('EXPIRE', mine, math.ceil(2 * ARGV[2]))
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('EXPIRE', KEYS[1], math.ceil(2 * ARGV[2]))
for _, process in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if process ~= ARGV[1] and #names > 0 then
    local counts = redis.call('HMGET', KEYS[1] .. '.' .. process, unpack(names))
    for i, count in ipairs(counts) do sums[i] = sums[i] + (tonumber(count) or 0) end
  end
end
return {was_there, sums}
"""


class Tally:
    """Counts names for one event loop."""

    def __init__(self) -> None:
        self._own: Counter[str] = Counter()
        self._redis = _connect() if settings.REDIS_URL else None
        self._process = uuid4().hex
        self._prefix = f"{settings.CHANNEL_PREFIX or 'emberwatch'}.sockets.{_installation()}"
        self._script = self._redis.register_script(EXCHANGE) if self._redis else None
        self._is_told = False  # whether Redis has all our numbers
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

    def _tell(self, *names: str) -> asyncio.Task[dict[str, int]] | None:
        """Have names' numbers told with the next trip; all that comes before it joins it."""
        if self._redis is None or time.monotonic() < self._away_until:
            return None
        self._changed.update(names)
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
                await self._close()  # nobody would for as long as it is not asked
            await self._keep_or_close()
            return found

    async def _exchange(self, names: set[str]) -> dict[str, int]:
        """Write our numbers and return those of the other living processes."""
        assert self._script is not None  # noqa: S101 - nobody travels without one
        anew, self._is_told = not self._is_told, False
        told = sorted(names | self._own.keys() if anew else names)
        found: dict[str, int] = {}
        for part in batched(told, NAMES_A_CALL) if told else ((),):
            counts = [item for name in part for item in (name, self._own[name])]
            arguments = [self._process, LIFE_SECONDS, int(anew), *counts]
            was_there, others = await self._script([self._prefix], arguments)
            found |= dict(zip(part, others, strict=True))
            self._is_told, anew = anew or bool(was_there), False
        return found

    async def _keep_or_close(self) -> None:
        """Renew while sockets are held here; let the connection go with the last one."""
        if self._own and self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())
        if not self._own and not self._changed:
            if self._renewing is not None:
                self._renewing.cancel()
                self._renewing = None
            await self._close()

    async def _close(self) -> None:
        if self._redis is not None:
            with suppress(RedisError, OSError):
                await self._redis.aclose()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LIFE_SECONDS / 3)
            self._tell()


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
