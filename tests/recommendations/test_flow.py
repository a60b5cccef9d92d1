"""From readings to recommendations, and along with the hotspot's life."""

import pytest
from django_tasks_db.models import DBTaskResult

from hotspots.models import Hotspot
from recommendations.models import Recommendation
from recommendations.services import generate
from tests.ingest.batches import only_hotspot, reading, readings, take, train, usual

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("playbooks")]
CLEARING = 40
#: anomalous, but less so than what comes later: only what tops it opens again
MILD = 125.0


@pytest.fixture
def advised(db):
    """A hotspot opened by a reading, with its recommendations written."""
    train()
    take(reading(MILD))
    generate(only_hotspot().pk)


def statuses():
    return list(Recommendation.objects.order_by("pk").values_list("status", flat=True))


def resolve_by_readings():
    take(readings(usual(1, CLEARING), start=reading(0, 1).time))
    assert only_hotspot().status == "resolved"


def test_an_anomalous_reading_asks_for_advice_in_its_transaction():
    train()

    take(reading(400.0))

    task = DBTaskResult.objects.get()
    assert task.args_kwargs["args"] == [only_hotspot().pk]
    assert only_hotspot().advice == "pending"


def test_learning_quietly_asks_for_nothing():
    train()

    assert not DBTaskResult.objects.exists()


def test_what_is_pending_expires_when_the_readings_are_normal_again(advised):
    resolve_by_readings()

    assert set(statuses()) == {"expired"}


def test_a_hotspot_that_comes_back_is_advised_on_again(advised):
    written = len(statuses())
    resolve_by_readings()

    take(reading(400.0, 1 + CLEARING))

    assert only_hotspot().advice == "pending"
    assert DBTaskResult.objects.count() == 2
    assert generate(only_hotspot().pk) == written
    assert statuses() == ["expired"] * written + ["pending"] * written


def test_an_approved_measure_outlives_its_hotspot_and_is_not_doubled(advised, approver):
    decided = {"status": "approved", "decided_by": approver, "decided_at": reading(0).time}
    Recommendation.objects.filter(pk=Recommendation.objects.first().pk).update(**decided)
    resolve_by_readings()
    take(reading(400.0, 1 + CLEARING))

    assert only_hotspot().advice == "pending"
    assert generate(only_hotspot().pk) == 0

    assert statuses().count("approved") == 1
    assert "pending" not in statuses()
    assert only_hotspot().advice == "ready"


def test_where_nothing_fits_further_readings_do_not_ask_again(advised):
    Hotspot.objects.update(advice="none", advice_reason="Nothing fits.")

    take(reading(400.0, 1))

    assert only_hotspot().value == 400.0
    assert (only_hotspot().advice, only_hotspot().advice_reason) == ("none", "Nothing fits.")
    assert DBTaskResult.objects.count() == 1
