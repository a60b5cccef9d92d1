"""Alerts that people acknowledge and resolve."""

from datetime import UTC, datetime

import pytest

from alerts import services
from alerts.models import Alert
from streams.errors import IllegalStateError, NotFoundError, VersionConflictError
from streams.models import StreamEvent
from tests.factories import make_alert

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def image():
    """Everything that a refusal must leave as it is."""
    return list(Alert.objects.values()), StreamEvent.objects.count(), Alert.history.count()


def test_acknowledging_says_who_and_when_and_where(analyst):
    alert = services.acknowledge(make_alert().pk, by=analyst, at=AT, via="api")

    row = Alert.objects.get(pk=alert.pk)
    assert (row.status, row.acknowledged_by, row.acknowledged_at) == ("acknowledged", analyst, AT)
    assert row.version == 2
    record = row.history.latest()
    assert (record.history_user, record.history_change_reason) == (analyst, "api")
    assert StreamEvent.objects.filter(stream="alerts", event="alert.updated").count() == 1


@pytest.mark.parametrize("status", ["active", "acknowledged"])
def test_resolving_ends_an_alert_and_leaves_its_hotspot(analyst, status):
    alert = make_alert(status=status)

    services.resolve(alert.pk, by=analyst, at=AT, via="admin")

    row = Alert.objects.get(pk=alert.pk)
    assert (row.status, row.resolved_at) == ("resolved", AT)
    assert row.hotspot.status == "open"


@pytest.mark.parametrize(
    ("service", "status"),
    [
        (services.acknowledge, "acknowledged"),
        (services.acknowledge, "resolved"),
        (services.resolve, "resolved"),
    ],
)
def test_a_step_that_the_state_does_not_allow_changes_nothing(analyst, service, status):
    over = {"resolved_at": AT} if status == "resolved" else {}
    alert = make_alert(status=status, **over)
    before = image()

    with pytest.raises(IllegalStateError, match=f"alert {alert.pk} is {status}"):
        service(alert.pk, by=analyst, at=AT, via="api")
    assert image() == before


@pytest.mark.parametrize("service", [services.acknowledge, services.resolve])
def test_another_version_or_no_row_changes_nothing(analyst, service):
    alert = make_alert()
    before = image()

    with pytest.raises(VersionConflictError):
        service(alert.pk, by=analyst, at=AT, via="api", version=7)
    with pytest.raises(NotFoundError):
        service(alert.pk + 1, by=analyst, at=AT, via="api")
    assert image() == before
