from django.urls import re_path

from .consumers import RecommendationConsumer

websocket_urlpatterns = [
    re_path(r"^ws/(?:recommendations|recommend)/?$", RecommendationConsumer.as_asgi())
]
