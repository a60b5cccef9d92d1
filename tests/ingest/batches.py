"""Batches for the pipeline's tests: hourly readings, a known rhythm, and ways to send them."""

from datetime import UTC, datetime, timedelta
from math import pi, sin
from random import Random

from hotspots.models import Hotspot
from hotspots.readings import Reading
from ingest.pipeline import ingest

#: a Monday
START = datetime(2026, 1, 5, tzinfo=UTC)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
TRAINED_HOURS = 21 * 24
#: the first hour after the training
LIVE = START + TRAINED_HOURS * HOUR


def rhythm(hour):
    """The usual value of an hour: a daily wave around 100 with a little noise."""
    noise = Random(f"noise-{hour}").uniform(-3, 3)  # noqa: S311 - no secret
    return 100 + 30 * sin(hour * pi / 12) + noise


def usual(first, count):
    """Usual values for ``count`` hours after the training, from the ``first`` on."""
    return [rhythm(TRAINED_HOURS + first + i) for i in range(count)]


def readings(values, *, start=LIVE, step=HOUR, **fields):
    """One reading for each value, an hour apart."""
    fields = {"entity": "Site A", "metric": "energy", **fields}
    return [
        Reading(index=i, value=float(value), time=start + i * step, **fields)
        for i, value in enumerate(values)
    ]


def reading(value, hour=0, **fields):
    """One reading, ``hour`` hours after the training."""
    return readings([value], start=LIVE + hour * HOUR, **fields)[0]


def take(batch, *, received_at=NOW, **options):
    """Hand a batch over, numbered as a sender would."""
    batch = batch if isinstance(batch, list) else [batch]
    for index, one in enumerate(batch):
        batch[index] = Reading(**{**_fields(one), "index": index})
    return ingest(batch, received_at=received_at, **options)


def train(**fields):
    """Three weeks of the usual rhythm, learned quietly."""
    values = [rhythm(hour) for hour in range(TRAINED_HOURS)]
    return take(readings(values, start=START, **fields), quiet=True)


def only_hotspot():
    """The one hotspot there is."""
    return Hotspot.objects.get()


def _fields(one):
    return {name: getattr(one, name) for name in one.__struct_fields__}
