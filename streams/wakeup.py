"""The wake-up after a commit: one message per stream and transaction through the channel layer.

One long-lived event loop per process owns the layer: the server's, else a daemon thread's.
(``async_to_sync`` per call would open a Redis connection per call, and the in-memory layer does
not wake a foreign loop.) A message that is lost here is only late: the hub polls the log.
"""

import asyncio
import logging
import threading
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from . import metrics
from .log import Event, Numbered

logger = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 256 * 1024
_owner: asyncio.AbstractEventLoop | None = None
_guard = threading.Lock()


def group(stream: str) -> str:
    """Return the channel-layer group of a stream."""
    return f"stream.{stream}"


def adopt(loop: asyncio.AbstractEventLoop) -> None:
    """Make a server's loop the owner of the channel layer in this process."""
    global _owner
    _owner = loop


def announce(numbered: Numbered) -> None:
    """Tell every hub about new events, without waiting. Never raises for a dead broker."""
    message = {
        "type": "stream.events",
        "epoch": numbered.epoch,
        "head": numbered.events[-1].seq,
        "events": _payload(numbered.events),
    }
    asyncio.run_coroutine_threadsafe(_send(group(numbered.stream), message), _loop())


def _payload(events: list[Event]) -> list[list[Any]]:
    """Return the encoded events, or nothing when the hub had better read the log."""
    if sum(len(event.data) for event in events) > MAX_MESSAGE_BYTES:
        return []
    return [list(event) for event in events]


async def _send(name: str, message: dict[str, Any]) -> None:
    try:
        layer = get_channel_layer()
        await asyncio.wait_for(layer.group_send(name, message), settings.STREAMS_POLL_SECONDS)
    except Exception as error:  # noqa: BLE001 - any broker's error: the hub's poll repairs it
        metrics.WAKE_UPS_LOST.inc()
        logger.warning("wake-up for %s not sent: %s", name, type(error).__name__)


def _loop() -> asyncio.AbstractEventLoop:
    global _owner
    with _guard:
        if _owner is None or not _owner.is_running():
            _owner = asyncio.new_event_loop()
            threading.Thread(target=_owner.run_forever, name="wakeup", daemon=True).start()
            return _owner
        return _owner
