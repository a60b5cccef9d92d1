"""Short work beside the task that began it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

_running: set[asyncio.Task[None]] = set()  # asyncio itself would forget them


def aside(work: Coroutine[Any, Any, None]) -> None:
    """Do something soon, without waiting for it; its failure is logged by asyncio."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
