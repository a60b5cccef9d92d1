"""What the readiness check may ask about the channel layer."""

import asyncio

from channels.layers import get_channel_layer

from . import wakeup

TIMEOUT_SECONDS = 2.0
GROUP = "stream.probe"  # nobody listens there


def layer_answers() -> bool:
    """Send one message to an empty group; must not run on the loop that owns the layer.

    Raises:
        Exception: whatever the layer raises when its broker is away, or ``TimeoutError``.
    """

    async def send() -> None:
        await asyncio.wait_for(get_channel_layer().group_send(GROUP, {"type": "probe"}), 1.0)

    asyncio.run_coroutine_threadsafe(send(), wakeup._loop()).result(TIMEOUT_SECONDS)
    return True
