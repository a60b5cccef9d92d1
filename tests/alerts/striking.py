"""Many hotspots at once, and what came of them."""

from datetime import timedelta

from alerts.models import Alert
from streams.models import StreamEvent
from tests.ingest.batches import reading, take


def strike(first, last=None, *, value=160, **fields):
    """Readings far above their targets, of plants from the first to the last, in one batch."""
    numbers = range(first, (first if last is None else last) + 1)
    return take([reading(value, baseline=100.0, entity=f"Plant {n}", **fields) for n in numbers])


def storm():
    """The one alert of a storm that there is."""
    return Alert.objects.storms().get()


def calling():
    """The alerts that call for somebody, by what they are about."""
    rows = Alert.objects.filter(suppressed_by="", status="active").with_names().order_by("pk")
    return [row.hotspot.series.entity.name if row.hotspot else "storm" for row in rows]


def image():
    """Everything that nothing may change."""
    return list(Alert.objects.order_by("pk").values()), StreamEvent.objects.count()


def age(seconds):
    """Let so many seconds pass for what was raised so far."""
    for alert in Alert.objects.all():
        Alert.objects.filter(pk=alert.pk).update(
            raised_at=alert.raised_at - timedelta(seconds=seconds)
        )
