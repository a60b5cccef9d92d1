"""Alerts follow their hotspot, whoever changes it, in the same transaction."""

from datetime import timedelta

import pytest
from django.db import transaction

from alerts.models import Alert
from alerts.services import follow
from hotspots import services
from streams.models import StreamEvent
from tests.factories import AT, make_alert, make_hotspot, make_series

pytestmark = pytest.mark.django_db


def levels():
    """Level and status of every alert, in the order in which they were raised."""
    return list(Alert.objects.order_by("pk").values_list("level", "status"))


def raised(severity="warn", **fields):
    hotspot = make_hotspot(severity=severity, **fields)
    follow(hotspot, "opened")
    return hotspot


def escalate(hotspot, severity):
    hotspot.severity = severity
    hotspot.save()
    follow(hotspot, "escalated")


def by(user):
    return {"by": user, "at": AT + timedelta(hours=1), "via": "api"}


def test_an_opened_hotspot_raises_one_alert():
    hotspot = raised("warn", simulated=True, suppressed_by="maintenance")
    follow(hotspot, "reopened")

    alert = Alert.objects.get()
    assert (alert.hotspot_id, alert.level, alert.status) == (hotspot.pk, "warn", "active")
    assert (alert.simulated, alert.suppressed_by) == (True, "maintenance")
    assert alert.history.get().history_change_reason == "engine"
    assert StreamEvent.objects.filter(event="alert.created").count() == 1


def test_each_level_that_is_reached_raises_one_more():
    hotspot = raised("warn")
    escalate(hotspot, "critical")

    assert levels() == [("warn", "active"), ("critical", "active")]


def test_an_update_says_nothing():
    hotspot = raised()
    events = StreamEvent.objects.count()

    follow(hotspot, "updated")

    assert StreamEvent.objects.count() == events


@pytest.mark.parametrize("close", [services.resolve, services.ignore])
def test_what_is_over_resolves_all_its_alerts(analyst, close):
    hotspot = raised("warn")
    escalate(hotspot, "critical")

    closed = close(hotspot.pk, **by(analyst))

    assert levels() == [("warn", "resolved"), ("critical", "resolved")]
    alert = Alert.objects.first()
    assert alert.resolved_at == closed.resolved_at
    record = alert.history.latest()
    assert (record.history_user, record.history_change_reason) == (analyst, "api")


def test_another_hotspots_alerts_are_left_alone(analyst):
    other = make_alert(make_hotspot(make_series("Supplier B")))

    services.resolve(raised().pk, **by(analyst))

    other.refresh_from_db()
    assert other.status == "active"


def test_acknowledging_a_hotspot_mutes_its_alerts(analyst):
    hotspot = raised()

    services.acknowledge(hotspot.pk, **by(analyst))

    alert = Alert.objects.get()
    assert (alert.status, alert.acknowledged_by) == ("acknowledged", analyst)
    assert alert.acknowledged_at is not None


def test_a_rise_after_that_is_heard(analyst):
    hotspot = services.acknowledge(raised("warn").pk, **by(analyst))
    escalate(hotspot, "critical")

    assert levels() == [("warn", "acknowledged"), ("critical", "active")]


def test_a_reopened_hotspot_wakes_the_alert_of_its_level(analyst):
    hotspot = services.resolve(raised("warn").pk, **by(analyst))
    hotspot.status, hotspot.resolved_at = "open", None
    hotspot.save()
    follow(hotspot, "reopened")
    assert levels() == [("warn", "active")]
    alert = Alert.objects.get()
    assert (alert.resolved_at, alert.acknowledged_at, alert.acknowledged_by) == (None, None, None)

    escalate(hotspot, "critical")
    assert levels() == [("warn", "active"), ("critical", "active")]


def test_what_was_rolled_back_raised_nothing():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raised()
        _ = 1 / 0

    assert not Alert.objects.exists()
    assert not StreamEvent.objects.exists()
