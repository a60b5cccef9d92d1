"""A client of ``POST /api/events``, for feeds that run outside the server."""

import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec

from hotspots.readings import Reading

TIMEOUT_SECONDS = 60.0
ATTEMPTS = 6
PASSING = (0, 429, 502, 503, 504)  # no answer, or one that invites another try


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
        parts = _parts(url)
        self._url = url
        self._path = parts.path.rstrip("/")
        self._connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._place = parts.hostname or "", parts.port
        self._credentials = {"username": user, "password": password} if user else None
        self._token = token
        self._was_reached = False  # a server that never answered is not waited for
        self._wait = wait

    def send(self, readings: Sequence[Reading]) -> dict[str, Any]:
        """Send simulated readings and return the server's report.

        Raises:
            ClientError: it refuses, or stays away.
        """
        body = json.dumps([_event(reading) for reading in readings]).encode()
        status, answer = 0, dict[str, Any]()
        for attempt in range(ATTEMPTS):
            status, answer, retry_after = self._post_signed_in(body)
            if status == HTTPStatus.OK:
                return answer
            if status == HTTPStatus.UNAUTHORIZED and self._credentials and not attempt:
                self._token = ""  # it ended: sign in again, once
            elif status in PASSING and self._was_reached:
                self._wait(retry_after or min(10.0, 0.5 * 2**attempt))
            else:
                break
        raise ClientError(f"{self._url}: {_said(status, answer)}.")

    def _post_signed_in(self, body: bytes) -> tuple[int, dict[str, Any], float]:
        if not self._token:
            credentials = json.dumps(self._credentials or {}).encode()
            status, answer, retry_after = self._post("/api/token", credentials)
            if status != HTTPStatus.OK:
                return status, answer, retry_after
            self._token = answer["access"]
        return self._post("/api/events?simulated=true", body)

    def _post(self, path: str, body: bytes) -> tuple[int, dict[str, Any], float]:
        """Return status (0: no answer), the decoded answer, and how long to wait."""
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        connection = self._connect(*self._place, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", self._path + path, body, headers)
            response = connection.getresponse()
            content = response.read()
            self._was_reached = True
        except (OSError, HTTPException) as error:
            return 0, {"detail": str(error) or type(error).__name__}, 0.0
        finally:
            connection.close()
        wait = response.headers.get("Retry-After", "")
        return response.status, _object(content), float(wait) if wait.isdecimal() else 0.0


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ClientError(f"{url} is not an address like http://127.0.0.1:8000.")
    return parts


def _event(reading: Reading) -> dict[str, Any]:
    """Return a reading in the shape of the contract."""
    event = msgspec.to_builtins(reading)
    for name in ("index", "key", "offset_seconds", "attributes"):
        del event[name]
    return {name: value for name, value in event.items() if value is not None}


def _object(content: bytes) -> dict[str, Any]:
    """Return the answer's JSON object; a proxy's page is none."""
    try:
        answer = json.loads(content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _said(status: int, answer: dict[str, Any]) -> str:
    detail = str(answer.get("detail", "no explanation")).rstrip(".")
    return f"{detail} ({status})" if status else detail
