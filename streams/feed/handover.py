"""Takes a request over from Django when its view has left an order, with Django's own headers.

Nobody who waits holds a thread or a database connection: by then Django has closed both.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from .answer import KEY, Answer, Message, Send
from .readers import Receive, serve

PREFIX = "/api/streams/"


class Feed:
    """ASGI: the application, and behind it the answers that wait."""

    def __init__(self, application: Callable[..., Awaitable[Any]]) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(PREFIX):
            await self.application(scope, receive, send)
            return
        answer = Answer(send)
        await self.application({**scope, KEY: answer}, receive, answer.from_django)
        if answer.order is not None and answer.is_handed_over:
            await serve(answer.order, answer, scope, receive)
