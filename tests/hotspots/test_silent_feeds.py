from datetime import timedelta

import pytest

from hotspots import services
from hotspots.models import Hotspot
from hotspots.silent_feeds import check_silence
from streams.models import StreamEvent
from tests.ingest.batches import HOUR, LIVE, NOW, only_hotspot, reading, readings, take, usual

pytestmark = pytest.mark.django_db
LAST = LIVE + 29 * HOUR


@pytest.fixture
def live_feed():
    """Thirty hourly readings, each received as it was made."""
    for i, value in enumerate(usual(0, 30)):
        take(reading(value, hour=i), received_at=LIVE + i * HOUR)


def test_a_live_feed_that_falls_silent_is_told(live_feed, told):
    opened = check_silence(LAST + 4 * HOUR)

    row = only_hotspot()
    assert opened == [row.pk]
    assert (row.rule, row.reason, row.severity) == ("data_quality", "silent", "info")
    assert row.opened_at == LAST + 4 * HOUR
    assert row.explanation.startswith("No reading for longer than usual")
    assert told == [("opened", "open")]


def test_a_feed_is_given_three_intervals(live_feed):
    assert check_silence(LAST + 3 * HOUR - timedelta(seconds=1)) == []
    assert not Hotspot.objects.exists()
    assert not StreamEvent.objects.exists()


def test_the_next_reading_resolves_it(live_feed):
    check_silence(LAST + 4 * HOUR)

    take(reading(usual(35, 1)[0], hour=35), received_at=LIVE + 35 * HOUR)

    row = only_hotspot()
    assert (row.status, row.resolved_at) == ("resolved", LIVE + 35 * HOUR)


def test_one_silence_is_told_once_also_after_an_analyst_closed_it(live_feed, analyst):
    [pk] = check_silence(LAST + 4 * HOUR)
    again = check_silence(LAST + 5 * HOUR)
    services.ignore(pk, by=analyst, at=NOW, via="admin")

    assert again == []
    assert check_silence(LAST + 6 * HOUR) == []
    assert Hotspot.objects.count() == 1


def test_a_single_reading_is_no_feed_that_could_fall_silent():
    take(reading(100, hour=0), received_at=LIVE)

    assert check_silence(LIVE + 24 * HOUR) == []
    assert not Hotspot.objects.exists()
    assert not StreamEvent.objects.exists()


def test_history_that_was_loaded_later_does_not_fall_silent():
    take(readings(usual(0, 30)), received_at=NOW + 90 * 24 * HOUR)

    assert check_silence(NOW + 91 * 24 * HOUR) == []


def test_a_feed_with_an_open_hotspot_is_left_alone(live_feed):
    take(reading(160, hour=30, baseline=100.0), received_at=LIVE + 30 * HOUR)

    assert check_silence(LIVE + 40 * HOUR) == []
