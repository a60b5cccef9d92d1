"""WebSockets as ``manage.py serve`` speaks them.

uvicorn's own protocol keeps the request, a second HTTP parser and several queues for every
connection (20 kB) and reads each handshake twice. This one takes the handshake from the HTTP
protocol, has a frame parser (of ``websockets``) only for clients that say something, and one
timer pings them all. ``benchmarks/streams/idle.py`` and ``accept.py`` show what that saves.
"""

from .protocol import HIGH_WATER, WebSocket

__all__ = ["HIGH_WATER", "WebSocket"]
