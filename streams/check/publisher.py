"""Real changes through the front door, and what became of each.

Each publish is one simulated reading of an entity of its own, at twice the baseline that it
states itself: it opens one hotspot and raises one alert.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx

from .api import Api
from .errors import CheckError
from .latency import Latency

PATH = "/api/events?simulated=true"
MAX_IN_FLIGHT = 64
OWED = {"hotspots", "alerts"}  # streams on which each publish has to appear
TIMED = {"hotspot.created", "alert.created"}
ACKED, REFUSED, UNKNOWN, HELD_BACK = "acked", "refused", "unknown", "held back"
NOTHING_STORED = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


class Publisher:
    """Publishes at a rate; counts answers, and how long events took to the sockets."""

    def __init__(self, api: Api, rate: float) -> None:
        self.rate = rate
        self.name = f"rt_check {uuid4().hex[:8]}"
        self.outcomes: dict[int, str] = {}
        self.latency = Latency()
        self._api = api
        self._sent: dict[int, float] = {}  # number -> when, as the loop's time
        self._in_flight: set[asyncio.Task[None]] = set()
        self._refusal: CheckError | None = None

    @property
    def counts(self) -> Counter[str]:
        """How many publishes ended how."""
        return Counter(self.outcomes.values())

    def numbers(self, outcome: str) -> list[int]:
        """Return the publishes that ended so."""
        return [number for number, found in self.outcomes.items() if found == outcome]

    async def try_out(self) -> None:
        """See whether readings would be taken, without sending one.

        Raises:
            CheckError: they would not.
        """
        await self._api.must("POST", PATH, json=[])

    async def run(self) -> None:
        """Publish until cancelled, at the rate whatever the answers are.

        Raises:
            CheckError: the server took a reading and opened no hotspot, or takes no token.
        """
        loop = asyncio.get_running_loop()
        begun, number = loop.time(), 0
        while self.rate and self._refusal is None:
            number += 1
            await asyncio.sleep(begun + number / self.rate - loop.time())
            if len(self._in_flight) >= MAX_IN_FLIGHT:
                self.outcomes[number] = HELD_BACK
                continue
            task = asyncio.create_task(self._publish(number))
            self._in_flight.add(task)
            task.add_done_callback(self._in_flight.discard)
        if self._refusal is not None:
            raise self._refusal

    async def finish(self) -> None:
        """Wait for the answers that are still to come."""
        await asyncio.gather(*self._in_flight)

    def number_of(self, event: dict[str, Any]) -> int | None:
        """Return the publish that an event comes from, ``None`` for somebody else's."""
        name, _, number = str(event["data"].get("entity", "")).rpartition(" ")
        return int(number) if name == self.name and number.isdecimal() else None

    def arrived(self, event: dict[str, Any]) -> None:
        """Take the time of an event that a client got."""
        if event["event"] in TIMED:
            number = self.number_of(event)
            if number is not None and number in self._sent:
                self.latency.add(asyncio.get_running_loop().time() - self._sent[number])

    async def _publish(self, number: int) -> None:
        self._sent[number] = asyncio.get_running_loop().time()
        self.outcomes[number] = await self._outcome(number)

    async def _outcome(self, number: int) -> str:
        try:
            answer = await self._signed(number)
        except httpx.ConnectError:
            return REFUSED  # nothing was sent
        except httpx.HTTPError:
            return UNKNOWN
        except CheckError as error:
            self._refusal = error
            return REFUSED
        if answer.status_code == HTTPStatus.OK:
            return self._check(answer)
        if answer.is_client_error or answer.status_code in NOTHING_STORED:
            return REFUSED
        return UNKNOWN

    async def _signed(self, number: int) -> httpx.Response:
        """Send a reading; once more with a new token if this one ended on its way.

        Raises:
            httpx.HTTPError: there was no answer.
            CheckError: there is no new token to be had.
        """
        used = self._api.token
        answer = await self._post(number)
        if answer.status_code != HTTPStatus.UNAUTHORIZED:
            return answer
        await self._api.renew(used)
        return await self._post(number)

    async def _post(self, number: int) -> httpx.Response:
        """Send a reading to the next process that listens.

        Raises:
            httpx.HTTPError: none did, or there was no answer.
        """
        for _ in self._api.urls[1:]:
            with suppress(httpx.ConnectError):
                return await self._api.once("POST", PATH, json=self._reading(number))
        return await self._api.once("POST", PATH, json=self._reading(number))

    def _check(self, answer: httpx.Response) -> str:
        report = answer.json()
        if report["accepted"] != 1 or len(report["hotspots"]) != 1:
            self._refusal = CheckError(f"the server opened no hotspot for a reading: {report}.")
        return ACKED

    def _reading(self, number: int) -> dict[str, Any]:
        entity = f"{self.name} {number}"
        return {
            "id": entity,
            "entity": entity,
            "metric": "co2e",
            "unit": "kg",
            "value": 200.0,
            "baseline": 100.0,
            "time": datetime.now(UTC).isoformat(),
        }
