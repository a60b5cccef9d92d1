"""Sixteen writers of every kind that meet on the same rows."""

import itertools
import random
import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

from tests.faults.clients import spike
from tests.servers import EmberwatchServer

SERIES = 6


class Writers:
    """Runs writers in threads until `stop()`; counts every answer by kind and status."""

    def __init__(self, servers: tuple[EmberwatchServer, ...]) -> None:
        self.servers = servers
        self.answers: Counter[tuple[str, int]] = Counter()
        self.failures: list[str] = []
        self.tokens = {role: servers[0].token(role) for role in ("ingester", "analyst", "approver")}
        self._stop = threading.Event()
        self._clock = itertools.count()
        work = [self.ingest] * 6 + [self.resolve] * 2 + [self.acknowledge] * 2
        work += [self.decide] * 3 + [self.save_in_admin] * 3
        self._threads = [
            threading.Thread(target=self._run, args=(one, number), daemon=True)
            for number, one in enumerate(work)
        ]

    def run(self, seconds: float) -> None:
        """Write for so many seconds."""
        for thread in self._threads:
            thread.start()
        self._stop.wait(seconds)
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _run(self, work: Callable[[httpx.Client, random.Random], None], number: int) -> None:
        server = self.servers[number % len(self.servers)]
        chance = random.Random(number)  # noqa: S311
        with httpx.Client(base_url=server.url, timeout=30, follow_redirects=True) as client:
            while not self._stop.is_set():
                try:
                    work(client, chance)
                except httpx.HTTPError as error:
                    self.failures.append(f"{work.__name__}: {error!r}")

    def ingest(self, client: httpx.Client, chance: random.Random) -> None:
        """A batch over overlapping series, in a random order, against the sender's own baseline.

        So a hotspot opens again with the next reading after somebody closed it.
        """
        names = chance.sample(range(SERIES), k=4)
        seconds = next(self._clock) - 3000  # each batch a second newer: the past hour, and on
        batch = [
            spike(f"Mill {n}", chance.choice([110, 140, 170]), seconds=seconds) | {"baseline": 100}
            for n in names
        ]
        self._post(client, "ingester", "/api/events", batch)

    def resolve(self, client: httpx.Client, chance: random.Random) -> None:
        """An analyst resolves or ignores an open hotspot."""
        verb = chance.choice(["resolve", "ignore", "acknowledge"])
        for row in self._rows(client, "hotspots", "open", "acknowledged")[:1]:
            self._post(client, "analyst", f"/api/hotspots/{row['id']}/{verb}", {})

    def acknowledge(self, client: httpx.Client, chance: random.Random) -> None:
        """An analyst acknowledges or resolves an active alert."""
        verb = chance.choice(["acknowledge", "resolve"])
        for row in self._rows(client, "alerts", "active", "acknowledged")[:1]:
            self._post(client, "analyst", f"/api/alerts/{row['id']}/{verb}", {})

    def decide(self, client: httpx.Client, chance: random.Random) -> None:
        """An approver decides a pending recommendation."""
        verb = chance.choice(["approve", "reject"])
        for row in self._rows(client, "recommendations", "pending")[:1]:
            self._post(client, "approver", f"/api/recommendations/{row['id']}/{verb}", {})

    def save_in_admin(self, client: httpx.Client, chance: random.Random) -> None:
        """Somebody in the back office acknowledges a hotspot or approves a recommendation."""
        if "sessionid" not in client.cookies:
            self._sign_in(client)
        model, status, action = chance.choice(
            [
                ("hotspots/hotspot", "open", "acknowledge"),
                ("alerts/alert", "active", "resolve"),
            ]
        )
        rows = self._rows(client, model.partition("/")[0], status)[:2]
        fields = {"action": action, "_selected_action": [str(row["id"]) for row in rows]}
        if rows:
            page = client.get(f"/admin/{model}/")
            answer = client.post(f"/admin/{model}/", data=fields | _csrf(page.text))
            self.answers["admin", answer.status_code] += 1

    def _sign_in(self, client: httpx.Client) -> None:
        page = client.get("/admin/login/")
        fields = {"username": "approver", "password": "approver", "next": "/admin/"}
        client.post("/admin/login/", data=fields | _csrf(page.text))

    def _rows(self, client: httpx.Client, stream: str, *status: str) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.tokens['approver']}"}
        answer = client.get(f"/api/{stream}", params={"status": status}, headers=headers)
        self.answers[f"list {stream}", answer.status_code] += 1
        return list(answer.json()["results"])

    def _post(self, client: httpx.Client, role: str, path: str, body: object) -> None:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        answer = client.post(path, json=body, headers=headers)
        kind = re.sub(r"\d+", "N", path)
        self.answers[kind, answer.status_code] += 1
        if answer.status_code >= 500:
            self.failures.append(f"{kind}: {answer.status_code} {answer.text[:300]}")


def _csrf(page: str) -> dict[str, str]:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return {"csrfmiddlewaretoken": found.group(1)} if found else {}
