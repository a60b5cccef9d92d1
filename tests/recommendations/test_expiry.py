"""What nobody decided ends with its hotspot, or with its time."""

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from hotspots import services as hotspots
from hotspots.services import followers
from recommendations import expiry
from recommendations.models import Recommendation
from recommendations.services import expire_due, follow
from streams.models import StreamEvent
from tests.factories import AT, make_hotspot, make_recommendation

pytestmark = pytest.mark.django_db


def statuses():
    return list(Recommendation.objects.order_by("pk").values_list("status", flat=True))


def test_recommendations_follow_hotspots():
    assert follow in followers


@pytest.mark.parametrize("end", [hotspots.resolve, hotspots.ignore])
def test_whoever_ends_a_hotspot_ends_what_is_pending(analyst, approver, end):
    hotspot = make_hotspot()
    make_recommendation(hotspot)
    decided = {"status": "approved", "decided_by": approver, "decided_at": AT}
    make_recommendation(hotspot, playbook="other", **decided)

    end(hotspot.pk, by=analyst, at=AT, via="api")

    assert statuses() == ["expired", "approved"]
    assert StreamEvent.objects.filter(event="recommendation.updated").count() == 1


@pytest.mark.parametrize("change", ["updated", "escalated", "acknowledged"])
def test_other_changes_leave_recommendations_alone(change):
    recommendation = make_recommendation()
    before = StreamEvent.objects.count()

    follow(recommendation.hotspot, change)

    assert statuses() == ["pending"]
    assert StreamEvent.objects.count() == before
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("change", ["opened", "reopened"])
def test_a_hotspot_that_opens_or_comes_back_is_advised_on(change):
    hotspot = make_hotspot()

    follow(hotspot, change)

    assert DBTaskResult.objects.get().args_kwargs["args"] == [hotspot.pk]


def test_what_is_due_expires_and_the_rest_stays():
    make_recommendation(expires_at=AT)
    make_recommendation(make_hotspot(status="resolved"), expires_at=AT + timedelta(seconds=1))

    assert expire_due(AT) == 1

    assert statuses() == ["expired", "pending"]
    assert expire_due(AT) == 0


def test_more_than_a_batch_is_expired(monkeypatch):
    monkeypatch.setattr(expiry, "BATCH", 2)
    for _ in range(5):
        make_recommendation(make_hotspot(status="resolved"), expires_at=AT)

    assert expire_due(AT) == 5


def test_the_history_says_that_the_engine_did_it():
    recommendation = make_recommendation(expires_at=AT)

    expire_due(AT)

    record = recommendation.history.first()
    assert (record.status, record.history_user) == ("expired", None)
    assert record.history_change_reason == "engine"
