"""How soon a socket is closed whose user signed out, gave the token back, or lost the right.

    python -m benchmarks.streams.revocation [--tries 20]

Two `manage.py serve` on one PostgreSQL and one Valkey. Every try is a user of its own with a
socket on the second process; at a moment chosen by chance the access ends: by a call to the first
process (session, token), or by an UPDATE as the back office commits it (deactivated, permission).
The delay runs from before that call to the close that the client reads. Then the same again with
Valkey killed. Ends with 1 if a delay is beyond its bound.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
import psycopg
import websockets

from benchmarks.streams.machine import describe
from tests.servers import EmberwatchServer, PostgresServer, ValkeyServer

BOUND, BOUND_WITHOUT_VALKEY = 2.0, 3.0  # seconds
SPREAD = 4.0  # seconds in which the tries of one round begin
GIVE_UP = 15.0  # seconds after which a socket that is still open is told as such
CSRF = "c" * 32
PREPARE = """
import json, sys
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from streams import tokens

made, group = [], Group.objects.get(name="analyst")
for name in {names}:
    user = User.objects.create(username=name)
    user.groups.add(group)
    browser = Client()
    browser.force_login(user)
    pair = tokens.issue(user, at=timezone.now())
    made.append([name, pair.access, pair.refresh, browser.cookies["sessionid"].value])
print(json.dumps(made))
"""


class Person(NamedTuple):
    """A user, and the two ways in which they are signed in."""

    name: str
    access: str
    refresh: str
    session: str


class Ended(NamedTuple):
    """How a socket ended: after how many seconds, with which code."""

    seconds: float
    code: int | None


class Drill:
    """Two processes of one installation: calls go to the first, sockets are on the second."""

    def __init__(self, first: EmberwatchServer, second: EmberwatchServer, database: str) -> None:
        self.first = first
        self.second = second
        self.database = database
        self.ways: dict[str, Callable[[Person], Awaitable[None]]] = {
            "session signed out": self._sign_out,
            "token given back": self._revoke,
            "user deactivated": self._deactivate,
            "permission lost": self._lose_role,
        }

    def people(self, prefix: str, count: int) -> list[Person]:
        """Make analysts with names of their own."""
        names = [f"{prefix}-{number}" for number in range(count)]
        said = self.first.manage("shell", "-v0", "-c", PREPARE.format(names=names))
        return [Person(*one) for one in json.loads(said.splitlines()[-1])]

    async def end(self, way: str, person: Person) -> Ended:
        """Open a socket, end its access in one of the ways, and wait for the close."""
        async with self._socket(person, by_session=way == "session signed out") as socket:
            await asyncio.sleep(random.uniform(0, SPREAD))  # noqa: S311 - which part of a second
            began = time.monotonic()
            await self.ways[way](person)
            try:
                await asyncio.wait_for(socket.wait_closed(), GIVE_UP)
            except TimeoutError:
                return Ended(GIVE_UP, None)
            return Ended(time.monotonic() - began, socket.close_code)

    @asynccontextmanager
    async def _socket(
        self, person: Person, *, by_session: bool
    ) -> AsyncIterator[websockets.ClientConnection]:
        headers = {"Authorization": f"Bearer {person.access}"}
        if by_session:
            headers = {"Cookie": f"sessionid={person.session}", "Origin": self.second.url}
        async with websockets.connect(
            f"{self.second.socket_url}/ws/hotspots", additional_headers=headers
        ) as socket:
            yield socket

    async def _sign_out(self, person: Person) -> None:
        cookies = {"sessionid": person.session, "csrftoken": CSRF}
        await self._call("DELETE", "/api/session", cookies, None)

    async def _revoke(self, person: Person) -> None:
        await self._call("POST", "/api/token/revoke", {}, {"refresh": person.refresh})

    async def _call(self, method: str, path: str, cookies: dict[str, str], body: object) -> None:
        headers = {"X-CSRFToken": CSRF}
        async with httpx.AsyncClient(
            base_url=self.first.url, cookies=cookies, headers=headers
        ) as client:
            answer = await client.request(method, path, json=body)
            assert answer.status_code == 204, answer.text

    async def _deactivate(self, person: Person) -> None:
        await self._commit(
            "UPDATE auth_user SET is_active = false WHERE username = %s", person.name
        )

    async def _lose_role(self, person: Person) -> None:
        await self._commit(
            "DELETE FROM auth_user_groups USING auth_user"
            " WHERE user_id = auth_user.id AND username = %s",
            person.name,
        )

    async def _commit(self, statement: str, name: str) -> None:
        async with await psycopg.AsyncConnection.connect(self.database) as database:
            changed = await database.execute(statement.encode(), [name])
            assert changed.rowcount == 1


async def measure(drill: Drill, prefix: str, tries: int) -> dict[str, list[Ended]]:
    """Every way so many times, all in one stretch of a few seconds."""
    made = await asyncio.to_thread(drill.people, prefix, tries * len(drill.ways))
    plan = [(way, made.pop()) for way in drill.ways for _ in range(tries)]
    ended = await asyncio.gather(*(drill.end(way, person) for way, person in plan))
    return {
        way: [end for (other, _), end in zip(plan, ended, strict=True) if other == way]
        for way in drill.ways
    }


def report(title: str, found: dict[str, list[Ended]], bound: float) -> bool:
    """Print a table; return whether all is within the bound."""
    print(f"\n{title}\n  {'':<20} {'tries':>5} {'p50':>8} {'max':>8} {'bound':>8}  code")
    good = True
    for way, ends in found.items():
        seconds = [end.seconds for end in ends]
        worst, codes = max(seconds), sorted({str(end.code) for end in ends})
        good &= worst <= bound
        print(
            f"  {way:<20} {len(ends):>5} {statistics.median(seconds):>6.2f} s {worst:>6.2f} s"
            f" {bound:>6.0f} s  {','.join(codes)}{'' if worst <= bound else '   MISSED'}"
        )
    return good


def main() -> int:
    """Run both rounds; 0 if every delay is within its bound."""
    options: Any = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tries", type=int, default=20, help="of each kind (20)")
    tries = options.parse_args().tries
    print(describe())
    with PostgresServer() as postgres, ValkeyServer() as valkey:
        first, second = (
            EmberwatchServer(
                database=postgres.url, redis=valkey.url, EMBEDDED_WORKER="false", LOG_LEVEL="ERROR"
            )
            for _ in range(2)
        )
        with first.install(), second:
            drill = Drill(first, second, postgres.url)
            found = asyncio.run(measure(drill, "with", tries))
            good = report("access ends -> socket closed by the other process", found, BOUND)
            valkey.kill()
            found = asyncio.run(measure(drill, "without", tries))
            good &= report("the same with Valkey away", found, BOUND_WITHOUT_VALKEY)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
