"""What a hotspot's row says in the end depends on the readings alone.

Not on how they were batched, on how many writers sent them, or on the clock.
"""

from datetime import timedelta
from itertools import batched

import pytest

from hotspots.models import Hotspot, Series
from hotspots.updates import flush_pending
from tests.ingest.batches import HOUR, NOW, readings, take, train, usual
from tests.ingest.test_pipeline_concurrency import at_once

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
#: everything that the readings decide
DECIDED = (
    "series__entity__name", "status", "severity", "rule", "reason", "side", "value", "baseline",
    "expected_low", "expected_high", "percent_above", "score", "occurrences", "flapping",
    "explanation", "evidence", "advice", "opened_at", "last_seen_at", "resolved_at",
)  # fmt: skip


def feed(name):
    """Readings of one entity with everything that can happen to a hotspot."""
    values = usual(0, 160)
    for hour, value in {3: 300, 4: 320, 20: 20, 40: 90_000, 70: 200, 84: 210, 97: 220}.items():
        values[hour] = value
    values[120:130] = [400 + hour for hour in range(10)]
    values[157:] = [500, 510, 505]
    return readings(values, entity=name, baseline=380.0)


def decided():
    rows = Hotspot.objects.order_by("series__entity__name", "opened_at").values_list(*DECIDED)
    return [list(row) for row in rows]


def forget_all():
    Hotspot.objects.all().delete()
    Series.objects.all().delete()


def one_by_one(feeds):
    for number, one in enumerate(sorted((r for f in feeds for r in f), key=lambda r: r.time)):
        take([one], received_at=NOW + number * 0.7 * SECOND)


def whole(feeds):
    take([one for one_feed in feeds for one in one_feed])


def in_sevens(feeds):
    for batch in batched((r for f in feeds for r in f), 7, strict=False):
        take(list(batch))


def test_the_rows_depend_on_the_readings_alone():
    """One by one, in sevens, or at once: the same rows after what waited is written."""
    found = []
    for send in (one_by_one, in_sevens, whole):
        names = ["Site A", "Site B"]
        for name in names:
            train(entity=name)
        send([feed(name) for name in names])
        flush_pending(NOW + 1000 * HOUR)
        found.append(decided())
        forget_all()

    assert len(found[0]) >= 6
    assert {row[1] for row in found[0]} >= {"open", "resolved"}
    assert found[0] == found[1] == found[2]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_writers_leave_the_rows_of_one():
    names = [f"Site {letter}" for letter in "ABCD"]
    found = []
    for writers in (1, 4):
        for name in names:
            train(entity=name)
        parts = [[feed(name) for name in names[n::writers]] for n in range(writers)]
        at_once(*[lambda part=part: in_sevens(part) for part in parts])
        flush_pending(NOW + 1000 * HOUR)
        found.append(decided())
        forget_all()

    assert len(found[0]) >= 12
    assert found[0] == found[1]
