"""The installation's REST side: requests, and a token that stays good."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from http import HTTPStatus
from itertools import count
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import httpx

from .errors import CheckError

TIMEOUT_SECONDS = 20.0
RETRY_SECONDS = 0.5
RENEW_AT = 0.7  # of a token's life
PASSING = (429, 502, 503, 504)
SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


class Credentials(NamedTuple):
    """An access token, or a user's name and password."""

    token: str = ""
    user: str = ""
    password: str = ""


class Api:
    """Asks the processes of one installation in turn. Use it as an async context."""

    def __init__(self, urls: Sequence[str], credentials: Credentials) -> None:
        """Check the addresses; nothing is sent yet.

        Args:
            urls: ``http``, ``https``, ``ws`` or ``wss``; a path before ``/api`` is kept.

        Raises:
            CheckError: an address cannot be one.
        """
        self.urls = [http_address(url) for url in urls]
        self.token = credentials.token
        self.ssl = ssl.create_default_context()
        self.patience = 0.0  # seconds for which an answer that must come is asked for again
        self.on_token: Callable[[], None] = lambda: None
        self._credentials = credentials
        self._refresh = ""
        self._life = 0.0
        self._turn = count()
        self._renewing = asyncio.Lock()
        self._client = httpx.AsyncClient(
            verify=self.ssl, timeout=TIMEOUT_SECONDS, limits=httpx.Limits(max_connections=None)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    def url(self) -> str:
        """Return the next process's address."""
        return self.urls[next(self._turn) % len(self.urls)]

    async def once(
        self, method: str, path: str, *, token: str | None = None, **options: Any
    ) -> httpx.Response:
        """Send one request to the next process, with the token of this or with another.

        Raises:
            httpx.HTTPError: there was no answer; whether it was carried out is not known.
        """
        bearer = self.token if token is None else token
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return await self._client.request(method, self.url() + path, headers=headers, **options)

    async def must(self, method: str, path: str, **options: Any) -> Any:
        """Return the JSON of a request that has to succeed; ask again while the server is away.

        Raises:
            CheckError: it refuses, or stays away for longer than ``patience``.
        """
        until = asyncio.get_running_loop().time() + self.patience
        while True:
            used = self.token
            try:
                answer = await self.once(method, path, **options)
            except httpx.HTTPError as error:
                said = f"no answer: {error or type(error).__name__}"
            else:
                if answer.status_code == HTTPStatus.UNAUTHORIZED and "token" not in options:
                    await self.renew(used)
                elif answer.status_code not in PASSING:
                    return _json(answer, path)
                said = _detail(answer)
            if asyncio.get_running_loop().time() >= until:
                raise CheckError(f"{self.urls[0]}{path}: {said}.")
            await asyncio.sleep(RETRY_SECONDS)

    async def sign_in(self) -> None:
        """Get a token for the user, or keep the one that was given.

        Raises:
            CheckError: wrong credentials.
        """
        _, name, password = self._credentials
        if name:
            body = {"username": name, "password": password}
            self._take(await self.must("POST", "/api/token", token="", json=body))

    async def renew(self, used: str) -> None:
        """Get a new token in place of one that opens nothing any more; together only once.

        Raises:
            CheckError: there is none to be had.
        """
        async with self._renewing:
            if used != self.token:
                return
            if not self._refresh:
                raise CheckError("the token opens nothing (any more); --user renews its own.")
            body = {"refresh": self._refresh}
            try:
                answer = await self.must("POST", "/api/token/refresh", token="", json=body)
                self._take(answer)
            except CheckError:
                await self.sign_in()
        self.on_token()

    async def stay_signed_in(self) -> None:
        """Renew the token before it ends, for as long as this runs."""
        while self._refresh:
            await asyncio.sleep(self._life * RENEW_AT)
            await self.renew(self.token)

    def _take(self, answer: dict[str, Any]) -> None:
        self.token, self._refresh = answer["access"], answer["refresh"]
        self._life = float(answer["expires_in"])


def http_address(url: str) -> str:
    """Return the address of the REST side, without a slash at the end.

    Raises:
        CheckError: it cannot be one.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        usable = None
    if not usable:
        raise CheckError(f"{url} is not an address like https://emberwatch.example.")
    if parts.username or parts.password or parts.query:
        raise CheckError("An address holds no credentials and no query.")
    return f"{SCHEMES[parts.scheme]}://{parts.netloc}{parts.path.rstrip('/')}"


def _json(answer: httpx.Response, path: str) -> Any:
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        lost = answer.status_code == HTTPStatus.CONFLICT
        raise CheckError(f"{answer.url.host}{path}: {_detail(answer)}.", code=1 if lost else 2)
    try:
        return answer.json()
    except ValueError:
        raise CheckError(f"{answer.url.host}{path} is no JSON: is it Emberwatch?") from None


def _detail(answer: httpx.Response) -> str:
    try:
        said = str(answer.json()["detail"]).rstrip(".")
    except (ValueError, KeyError, TypeError):
        said = answer.reason_phrase
    return f"{said} ({answer.status_code})"
