"""What must hold of readers that stop, whatever the socket is wrapped in."""

import asyncio


async def catches_up(server, user, many_events):
    """A reader that stops delays nobody, and gets everything once it reads again."""
    async with (
        server.connect("/ws/hotspots?since=0", user, max_queue=1) as stalled,
        server.connect("/ws/hotspots?since=0", user) as healthy,
    ):
        stalled.socket.transport.pause_reading()
        await many_events(6000)
        assert await healthy.seqs(6000) == list(range(1, 6001))
        stalled.socket.transport.resume_reading()
        assert await stalled.seqs(6000) == list(range(1, 6001))


async def is_cut(server, user, many_events, settings):
    """A reader further behind than is allowed is closed."""
    settings.STREAMS_MAX_LAG_EVENTS = 100
    async with server.connect("/ws/hotspots?since=0", user, max_queue=1) as stalled:
        stalled.socket.transport.pause_reading()
        await many_events(6000)
        async with asyncio.timeout(20):
            while server.server.server_state.connections:  # until it is cut from there
                await many_events(500)
        stalled.socket.transport.resume_reading()
        assert await stalled.close_code() in {4408, 1006}  # 1006: it did not even read the close
