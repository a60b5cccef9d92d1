"""Whether this process lives, and whether it can serve."""

import logging
from collections.abc import Callable
from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from recommendations.knowledge import corpus
from streams import probe
from streams.draining import draining

logger = logging.getLogger(__name__)


@csrf_exempt
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process can answer at all."""
    return JsonResponse({"status": "ok"})


@csrf_exempt
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if this process can serve, else 503; name what is down.

    Without the channel layer it can: events come up to ``STREAMS_POLL_SECONDS`` late. A process
    that was told to stop says ``draining`` at once: it finishes what it has begun.
    """
    if draining.is_set():
        return JsonResponse({"status": "draining", "checks": {}, "down": []}, status=503)
    checks = {name: _passes(name, check) for name, check in CHECKS.items()}
    down = [name for name, passes in checks.items() if not passes]
    cannot_serve = bool(set(down) - SPARE)
    body = {
        "status": "unavailable" if cannot_serve else "degraded" if down else "ready",
        "checks": {name: "ok" if passes else "down" for name, passes in checks.items()},
        "down": down,
        **_retriever(down),
    }
    return JsonResponse(body, status=503 if cannot_serve else 200)


def database_answers() -> bool:
    """Ask the database the smallest question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() is not None


def migrations_are_applied() -> bool:
    """Compare the migrations that ship with those that ran; one query."""
    return _shipped_migrations() <= set(MigrationRecorder(connection).applied_migrations())


@cache
def _shipped_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _retriever(down: list[str]) -> dict[str, str]:
    """Say how recommendations are searched, and why by words only; no reason to be unready."""
    try:
        reason = UNREADABLE if set(down) - SPARE else corpus.state().why_words_only
    except Error:
        reason = UNREADABLE
    return {"retriever": "bm25" if reason else "hybrid", "retriever_reason": reason}


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is down; the log says why
        logger.warning("not ready: %s: %s: %s", name, type(error).__name__, error)
        return False


UNREADABLE = "the knowledge base cannot be read"
#: What a process can do without for a while.
SPARE = {"channel_layer"}

CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_are_applied,
    "channel_layer": probe.layer_answers,
}
