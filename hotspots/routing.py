from django.urls import re_path

from .consumers import HotspotConsumer

websocket_urlpatterns = [re_path(r"^ws/hotspots/?$", HotspotConsumer.as_asgi())]
