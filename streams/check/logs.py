"""The log as the server shows it, and what else it tells about itself."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import httpx

from .api import Api
from .errors import CheckError

PAGE = 500  # events of one answer
WAIT_SECONDS = 2
EMPTY_ANSWERS = 15


async def head(api: Api, stream: str) -> int:
    """Return the number of the newest event, out of the database."""
    page = await api.must("GET", f"/api/{stream}", params={"page_size": 1})
    return int(page["seq"])


async def epoch(api: Api, stream: str) -> str:
    """Return the life of a stream's log."""
    query = {"limit": 1, "wait": 0}
    feed = await api.must("GET", f"/api/streams/{stream}/events", params=query)
    return str(feed["epoch"])


async def read(
    api: Api, stream: str, life: str, *, after: int, until: int
) -> AsyncIterator[dict[str, Any]]:
    """Yield the events after a number up to another, as ``{seq, event, at, data}``.

    Raises:
        CheckError: the log does not hold them any more, or ends before.
    """
    empty = 0
    while after < until and empty < EMPTY_ANSWERS:
        query = {"after": after, "epoch": life, "limit": PAGE, "wait": WAIT_SECONDS}
        page = await api.must("GET", f"/api/streams/{stream}/events", params=query)
        empty = 0 if page["events"] else empty + 1
        for event in page["events"]:
            yield event
            after = event["seq"]
    if after < until:
        raise CheckError(f"the log of {stream} ends at {after:,}, not at {until:,}.", code=1)


async def memory(api: Api, token: str) -> int | None:
    """Return the memory of the process that answers, in bytes; ``None`` if it does not tell."""
    try:
        async with asyncio.timeout(5):
            answer = await api.once("GET", "/metrics", token=token)
    except (httpx.HTTPError, TimeoutError):
        return None
    lines = answer.text.splitlines() if answer.status_code == HTTPStatus.OK else []
    told = (line.split() for line in lines if line.startswith("process_resident_memory_bytes"))
    return next((int(float(value)) for _, value in told), None)
