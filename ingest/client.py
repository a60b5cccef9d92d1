"""A client of ``POST /api/events``, for feeds that run outside the server."""

import json
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import msgspec

from hotspots.readings import Reading

TIMEOUT_SECONDS = 60.0
ATTEMPTS = 6


class ClientError(Exception):
    """The server cannot be reached, or refuses; one sentence for the terminal."""


class EventsClient:
    """Sends readings to a server. It signs in again when its token ends, and waits when told to."""

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        user: str = "",
        password: str = "",
        wait: Callable[[float], object],
    ) -> None:
        """Check the address; nothing is sent yet.

        Args:
            url: of the server, ``http`` or ``https``; a path before ``/api`` is kept.
            token: an access token; without one, the user's name and password get one.
            wait: sleeps for seconds.

        Raises:
            ClientError: the address cannot be one.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ClientError(f"{url} is not an address like http://127.0.0.1:8000.")
        self._url = url
        self._path = parts.path.rstrip("/")
        self._connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._place = parts.hostname, parts.port
        self._credentials = {"username": user, "password": password} if user else None
        self._token = token
        self._wait = wait

    def send(self, readings: Sequence[Reading]) -> dict[str, Any]:
        """Send simulated readings and return the server's report.

        Raises:
            ClientError: it refuses, or stays away.
        """
        body = json.dumps([_event(reading) for reading in readings]).encode()
        for attempt in range(ATTEMPTS):
            if not self._token:
                self._sign_in()
            status, answer, retry_after = self._post("/api/events?simulated=true", body)
            if status == 200:
                return answer
            if status == 401 and self._credentials and not attempt:
                self._token = ""
            elif status in (0, 429, 502, 503, 504):
                self._wait(retry_after or min(10.0, 0.5 * 2**attempt))
            else:
                break
        raise ClientError(f"{self._url}: {_said(status, answer)}.")

    def _sign_in(self) -> None:
        body = json.dumps(self._credentials or {}).encode()
        status, answer, _ = self._post("/api/token", body)
        if status != 200:
            raise ClientError(f"{self._url}: signing in failed: {_said(status, answer)}.")
        self._token = answer["access"]

    def _post(self, path: str, body: bytes) -> tuple[int, dict[str, Any], float]:
        """Return status (0: no answer), the decoded answer, and how long to wait."""
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        connection = self._connect(*self._place, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", self._path + path, body, headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
            wait = response.headers.get("Retry-After", "")
            return response.status, answer, float(wait) if wait.isdecimal() else 0.0
        except (OSError, HTTPException) as error:
            return 0, {"detail": str(error) or type(error).__name__}, 0.0
        except ValueError:
            return response.status, {}, 0.0
        finally:
            connection.close()


def _event(reading: Reading) -> dict[str, Any]:
    """Return a reading in the shape of the contract."""
    event = msgspec.to_builtins(reading)
    for name in ("index", "key", "offset_seconds", "attributes"):
        del event[name]
    return {name: value for name, value in event.items() if value is not None}


def _said(status: int, answer: dict[str, Any]) -> str:
    detail = str(answer.get("detail", "no explanation")).rstrip(".")
    return f"{detail} ({status})" if status else detail
