"""Channels as in its tutorial: a consumer with a group, the core Redis layer, under Daphne."""

import json
import os
from typing import Any

import django
from django.conf import settings

LAYER = {
    "BACKEND": "channels_redis.core.RedisChannelLayer",
    "CONFIG": {"hosts": [os.environ["REDIS_URL"]]},
}
settings.configure(
    SECRET_KEY="only-for-a-benchmark",
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["daphne"],
    CHANNEL_LAYERS={"default": LAYER},
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.urls import re_path  # noqa: E402

GROUP = os.environ["CHANNEL"]


class ChatConsumer(AsyncWebsocketConsumer):
    """Joins a group, and sends on what the group gets."""

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def chat_message(self, event: dict[str, Any]) -> None:
        """Send one message of the group."""
        await self.send(text_data=json.dumps({"message": event["message"]}))


routes = [re_path(r"ws/hotspots$", ChatConsumer.as_asgi())]
application = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": URLRouter(routes)})
