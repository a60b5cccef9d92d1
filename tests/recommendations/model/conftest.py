"""A model that does what the test says, and hotspots that ask for its words."""

import json
import uuid
from collections.abc import Callable, Iterator

import pytest

from hotspots.models import Hotspot, Measurement
from recommendations.advising import situation_of
from recommendations.generation.drafts import Draft
from recommendations.generation.model import shared
from recommendations.generation.recommending import recommend
from recommendations.knowledge.corpus import current_index
from recommendations.models import Recommendation
from recommendations.services import request
from recommendations.worker import run_waiting_tasks
from tests.factories import AT, make_hotspot, make_series
from tests.recommendations.stock import stock

from .scripted import KEY, ScriptedEndpoint, scripted

#: Measures that fit the note, and one that does not: the whole base would only take longer.
PLAYBOOKS = ("air-to-sea", "slow-steaming", "shore-power", "cut-idling")
NOTE = "the vessel was missed, parts were flown in"


@pytest.fixture
def playbooks(db) -> None:
    """Some of the shipped playbooks."""
    stock(*PLAYBOOKS)


@pytest.fixture
def own_cache(settings, monkeypatch) -> None:
    """The cache of this run, with keys of this test alone: in Valkey if there is one."""
    monkeypatch.setattr(shared, "_away_until", 0.0)
    backend = dict(settings.CACHES["default"])
    if settings.REDIS_URL:
        backend = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": settings.REDIS_URL,
        }
    settings.CACHES = {"default": {**backend, "KEY_PREFIX": uuid.uuid4().hex}}


@pytest.fixture
def endpoint(settings, own_cache) -> Iterator[ScriptedEndpoint]:
    """A scripted endpoint that the settings name."""
    with scripted() as running:
        settings.LLM_BASE_URL = running.url
        settings.LLM_MODEL = "scripted"
        settings.LLM_API_KEY = KEY
        settings.LLM_TIMEOUT_SECONDS = 20
        yield running


@pytest.fixture
def flown(playbooks) -> Callable[..., Hotspot]:
    """A function that makes a hotspot of a route with a note."""

    def make(note: str = NOTE, *, entity: str = "Lane R12") -> Hotspot:
        hotspot = make_hotspot(make_series(entity, entity_type="route"))
        Measurement.objects.create(
            series=hotspot.series,
            attributes=json.dumps({"note": note}),
            time=AT,
            value=122.0,
            raw_value=122.0,
            raw_unit="kg",
            received_at=AT,
        )
        return hotspot

    return make


def advise(hotspot: Hotspot) -> list[Recommendation]:
    """Let a task worker write the recommendations, and return them."""
    request([hotspot])
    run_waiting_tasks()
    hotspot.refresh_from_db()
    assert hotspot.advice == Hotspot.Advice.READY, hotspot.advice_reason
    return list(hotspot.recommendations.order_by("pk"))


def extracted(hotspot: Hotspot) -> list[Draft]:
    """What is proposed without a model."""
    return recommend(situation_of(hotspot), current_index()).drafts


def shape(row: Recommendation | Draft) -> dict[str, object]:
    """Everything of a row or draft that a generator decides."""
    return {name: getattr(row, name) for name in Draft.__slots__ if name != "score"}
