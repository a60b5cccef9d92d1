from datetime import timedelta

import pytest

from hotspots.models import Series, Target
from tests.ingest.batches import HOUR, LIVE, START, reading, readings, take

pytestmark = pytest.mark.django_db


def learned(name, level, **fields):
    """A series that is past learning, at a level of its own."""
    values = [level + hour % 2 for hour in range(120)]
    take(readings(values, start=START, entity=name, **fields), quiet=True)


@pytest.fixture
def peers():
    for number, level in enumerate((10, 20, 30, 40, 1000)):
        learned(f"Peer {number}", level)


def shown(api, analyst, entity):
    [row] = api(analyst).get("/api/series", {"entity": entity}).json()["results"]
    return row["learning"], row["provisional_baseline"]


def test_a_young_series_shows_the_median_of_its_peers(peers, api, analyst):
    take(reading(5, entity="New"))

    assert shown(api, analyst, "New") == (True, pytest.approx(30.5, abs=0.1))


def test_one_that_has_a_target_or_is_past_learning_shows_none(peers, api, analyst):
    take(reading(5, entity="New"))
    series = Series.objects.get(entity__name="New")
    Target.objects.create(entity=series.entity, metric=series.metric, value=100)

    assert shown(api, analyst, "New") == (True, None)
    assert shown(api, analyst, "Peer 0") == (False, None)


@pytest.mark.parametrize(
    "other",
    [{"entity_type": "fleet"}, {"metric": "gas"}],
    ids=["another type", "another metric"],
)
def test_others_are_no_peers(peers, api, analyst, other):
    take(reading(5, entity="New", **other))

    assert shown(api, analyst, "New") == (True, None)


def test_four_peers_and_a_fifth_that_is_still_learning_say_nothing(peers, api, analyst):
    Series.objects.filter(entity__name="Peer 4").update(state=b"")
    take(reading(5, entity="New"))

    assert shown(api, analyst, "New") == (True, None)


def test_a_provisional_baseline_opens_nothing(peers):
    intake = take(readings([5000, 9000], start=LIVE, step=timedelta(minutes=1), entity="New"))

    assert intake.hotspots == []
    assert Series.objects.get(entity__name="New").last_time == LIVE + HOUR / 60
