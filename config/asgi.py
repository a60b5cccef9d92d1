"""The ASGI application: HTTP to Django, WebSockets to the three streams."""

import os
import sys

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()  # before the imports below: they need the app registry

from channels.routing import ProtocolTypeRouter  # noqa: E402

import alerts.routing  # noqa: E402
import hotspots.routing  # noqa: E402
import recommendations.routing  # noqa: E402
from config.bodies import larger_body  # noqa: E402
from config.metrics import CountRequests  # noqa: E402
from streams.feed.handover import Feed  # noqa: E402
from streams.middleware import LimitBody, SocketRoutes  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": CountRequests(LimitBody(Feed(django_application), larger_body)),
        "websocket": SocketRoutes(
            [
                *hotspots.routing.websocket_urlpatterns,
                *alerts.routing.websocket_urlpatterns,
                *recommendations.routing.websocket_urlpatterns,
            ]
        ),
    }
)

if "daphne.server" in sys.modules:  # another server has no use for Twisted
    from streams.daphne import Daphne

    application = Daphne(application)
