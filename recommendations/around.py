"""What was measured around a hotspot: its own readings before, other metrics beside it, notes.

Four queries, each along the index over series and time and bounded in rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean, median
from typing import Any

import msgspec

from hotspots.models import Hotspot, Measurement, Series

from .generation.cause import Companion, Surroundings

OWN_READINGS = 100
COMPANIONS = 8
READINGS_BESIDE = 32
#: How far back another metric is looked for where the own interval is not known.
LOOK_BACK = timedelta(hours=1)
#: Earlier readings that must have an attribute before one of them is called usual.
USUAL_AFTER = 3
_OWN = ("time", "value", "expected", "attributes")
_BESIDE = ("series_id", "value", "expected")


def readings_of(hotspot: Hotspot) -> list[Measurement]:
    """Return the hotspot's newest readings and those before it opened, newest first."""
    rows = Measurement.objects.filter(
        series_id=hotspot.series_id, time__lte=hotspot.last_seen_at
    ).only(*_OWN, "series_id")
    before = rows.filter(time__lt=hotspot.opened_at).order_by("-time")[:OWN_READINGS]
    since = rows.filter(time__gte=hotspot.opened_at).order_by("-time")[:OWN_READINGS]
    return [*since, *before]


def note_of(hotspot: Hotspot, readings: Sequence[Measurement]) -> str:
    """Return the words that the newest reading of the hotspot with attributes brought along."""
    attributes = _newest_attributes(one for one in readings if one.time >= hotspot.opened_at)
    return " ".join(value for value in attributes.values() if isinstance(value, str))


def surroundings_of(hotspot: Hotspot, readings: Sequence[Measurement]) -> Surroundings:
    """Return what the numbers around a hotspot say: see ``Surroundings``."""
    before = [one for one in reversed(readings) if one.time < hotspot.opened_at]
    interval = _interval(before)
    return Surroundings(
        companions=(*_metrics(hotspot, interval), *_attributes(hotspot, readings)),
        before=tuple((one.value, one.expected) for one in before),
        gap=(hotspot.opened_at - before[-1].time) / interval if before and interval else None,
    )


def _interval(before: Sequence[Measurement]) -> timedelta:
    """Return the typical time between readings, nothing if that is not known."""
    steps = [(after.time - one.time).total_seconds() for one, after in pairwise(before)]
    return timedelta(seconds=median(steps)) if len(steps) > 1 else timedelta()


def _metrics(hotspot: Hotspot, interval: timedelta) -> Iterator[Companion]:
    """Return what else was measured of the entity at the hotspot's moment."""
    beside = Series.objects.filter(entity_id=hotspot.series.entity_id).exclude(pk=hotspot.series_id)
    names = {
        pk: (name, unit)
        for pk, name, unit in beside.order_by("pk").values_list(
            "pk", "metric__name", "metric__unit"
        )[:COMPANIONS]
    }
    newest: dict[int, tuple[float, float | None]] = {}
    moment = _moment(hotspot)
    rows = Measurement.objects.filter(
        series_id__in=names, time__lte=moment, time__gt=moment - (interval or LOOK_BACK)
    )
    for pk, value, expected in rows.order_by("-time").values_list(*_BESIDE)[:READINGS_BESIDE]:
        newest.setdefault(pk, (value, expected))
    for pk, (value, expected) in sorted(newest.items()):
        if expected is not None:
            yield Companion(*names[pk], value, expected)


def _attributes(hotspot: Hotspot, readings: Sequence[Measurement]) -> Iterator[Companion]:
    """Return the numbers that came with the reading, beside their mean before it."""
    moment = _moment(hotspot)
    now = _newest_attributes(one for one in readings if hotspot.opened_at <= one.time <= moment)
    earlier = [_decoded(one.attributes) for one in readings if one.time < hotspot.opened_at]
    for name, value in sorted(now.items()):
        usual = [seen[name] for seen in earlier if _is_number(seen.get(name))]
        if _is_number(value) and len(usual) >= USUAL_AFTER:
            yield Companion(name, "", float(value), fmean(usual))


def _moment(hotspot: Hotspot) -> datetime:
    """Return the time of the reading that the hotspot shows."""
    found_at = hotspot.evidence.get("found_at")
    return datetime.fromisoformat(found_at) if found_at else hotspot.last_seen_at


def _newest_attributes(readings: Iterable[Measurement]) -> dict[str, Any]:
    return next((_decoded(one.attributes) for one in readings if one.attributes), {})


def _decoded(attributes: str) -> dict[str, Any]:
    values = msgspec.json.decode(attributes) if attributes else {}
    return values if isinstance(values, dict) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
