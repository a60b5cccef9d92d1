"""What a client may say: nothing in plain mode; ``filter``, ``auth``, ``ping`` in a session."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import orjson
from channels.db import database_sync_to_async
from django.conf import settings

from . import closing
from .auth import Access, NotSignedInError
from .closing import Closed
from .filters import BadFilterError, Filter
from .grants import from_token
from .limits import TokenBucket
from .modes import Session
from .subscribers import Subscriber

MAX_FRAME_BYTES = 64 * 1024
Command = dict[str, Any]


class Speaker(Protocol):
    """The connection a command came from."""

    in_session: bool
    access: Access
    subscriber: Subscriber

    @property
    def head(self) -> int:
        """The newest event's number."""
        ...

    async def tell(self, frame_type: str, **fields: Any) -> None:
        """Send one session frame."""
        ...


class Commands:
    """Reads a client's frames, within limits, and carries the commands out."""

    def __init__(self, speaker: Speaker, receive: Callable[[], Awaitable[Command]]) -> None:
        self.speaker = speaker
        self.receive = receive
        self.bucket = TokenBucket(settings.STREAMS_COMMAND_RATE, settings.STREAMS_COMMAND_BURST)

    async def read(self) -> None:
        """Read until the client leaves or breaks a limit.

        Raises:
            Closed: always; it says why.
        """
        while True:
            message = await self.receive()
            if message["type"] == "websocket.disconnect":
                raise Closed(None)
            text = message.get("text") or message.get("bytes") or ""
            if len(text.encode() if isinstance(text, str) else text) > MAX_FRAME_BYTES:
                raise Closed(closing.TOO_LARGE)
            if not self.bucket.take():
                raise Closed(closing.TOO_MANY_MESSAGES)
            if self.speaker.in_session:
                await self._obey(_parse(text))

    async def _obey(self, command: Command) -> None:
        match command.get("type"):
            case "ping":
                await self._answer(command, "pong", head=self.speaker.head)
            case "auth":
                await self._renew(command)
            case "filter":
                await self._filter(command)
            case None:
                await self._refuse(command, "bad_json", "A command is a JSON object with a type.")
            case _:
                await self._refuse(
                    command, "unknown_command", "Known commands: auth, filter, ping."
                )

    async def _filter(self, command: Command) -> None:
        try:
            position = self.speaker.subscriber.change(Session(Filter.read(command)))
        except BadFilterError as error:
            await self._refuse(command, error.code, str(error))
        else:
            await self._answer(command, "ok", seq=position)

    async def _renew(self, command: Command) -> None:
        access = self.speaker.access
        check = database_sync_to_async(from_token, thread_sensitive=False)
        try:
            fresh = await check(str(command.get("token", "")), access.stream)
        except NotSignedInError as error:
            await self._refuse(command, error.code, str(error))
            return
        if fresh.user_id != access.user_id:
            await self._refuse(command, "other_user", "The token belongs to another user.")
            return
        access.expires_at, access.refresh_id = fresh.expires_at, fresh.refresh_id
        await self._answer(command, "ok", seq=self.speaker.subscriber.reached)

    async def _refuse(self, command: Command, code: str, detail: str) -> None:
        await self._answer(command, "error", code=code, detail=detail, retry=False)

    async def _answer(self, command: Command, frame_type: str, **fields: Any) -> None:
        given = {"id": command["id"]} if type(command.get("id")) in (str, int) else {}
        await self.speaker.tell(frame_type, **given, **fields)


def _parse(text: str | bytes) -> Command:
    try:
        command = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return command if isinstance(command, dict) else {}
