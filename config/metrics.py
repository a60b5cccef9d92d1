"""``/metrics`` for Prometheus: who may read it, and what only the whole project knows."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from http import HTTPMethod
from secrets import compare_digest
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from recommendations.generation.model.metrics import Calls
from recommendations.generation.model.writer import endpoint
from streams import metrics
from streams.addresses import is_loopback
from streams.rest.problems import problem_response

logger = logging.getLogger(__name__)

FORWARDING = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)
METHODS = frozenset(HTTPMethod)
Message = dict[str, Any]


@csrf_exempt
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Answer with all counters as text, to those who may read them."""
    if settings.METRICS_TOKEN:
        if not _has_token(request):
            refusal = problem_response(401, "not_signed_in", "Send METRICS_TOKEN as bearer token.")
            refusal["WWW-Authenticate"] = "Bearer"
            return refusal
    elif not _is_local(request):
        detail = "Without METRICS_TOKEN only this machine may ask, and not through a proxy."
        return problem_response(403, "not_permitted", detail)
    return HttpResponse(metrics.render() + _asked(), content_type=metrics.CONTENT_TYPE)


class CountRequests:
    """ASGI middleware that counts HTTP answers by method and class of status."""

    def __init__(self, application: Callable[..., Awaitable[Any]]) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                metrics.HTTP.labels(method, f"{message['status'] // 100}xx").inc()
            await send(message)

        await self.application(scope, receive, counted)


class Tasks(Collector):
    """How many tasks wait, asked when somebody wants to know."""

    def collect(self) -> Iterator[Metric]:
        """Yield the number, or nothing while the database is away."""
        try:
            waiting = DBTaskResult.objects.ready().count()
        except Error as error:
            logger.warning("tasks cannot be counted: %s", type(error).__name__)
            return
        yield GaugeMetricFamily("emberwatch_tasks_pending", "Tasks that wait", value=waiting)


def _asked() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Tasks())
    registry.register(Calls(endpoint()))
    return generate_latest(registry)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given, wanted = token.strip().encode(), settings.METRICS_TOKEN.encode()
    return scheme.lower() == "bearer" and compare_digest(given, wanted)


def _is_local(request: HttpRequest) -> bool:
    forwarded = any(name in request.headers for name in FORWARDING)
    return not forwarded and is_loopback(request.META.get("REMOTE_ADDR") or "")
