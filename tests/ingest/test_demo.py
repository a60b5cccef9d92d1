"""The demo: its users, its history, and the feed that plays inside the server."""

import logging
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from alerts.models import Alert
from hotspots.models import Hotspot, Measurement, Series
from ingest import demo
from ingest.simulation import PLACES
from streams.models import StreamEvent

METERS = sum(len(place.meters) for place in PLACES)
NOW = datetime(2026, 1, 20, 10, 10, tzinfo=UTC)


@pytest.fixture
def three_days(monkeypatch):
    """A history just long enough to have learned something."""
    monkeypatch.setattr(demo, "HISTORY", timedelta(days=3))


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


@contextmanager
def running_demo():
    stop = threading.Event()
    thread = threading.Thread(target=demo.run_demo, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=60)
        assert not thread.is_alive()


@pytest.mark.django_db
def test_the_history_is_loaded_quietly_and_marked(three_days):
    count = demo.load_history(NOW, threading.Event())

    assert count == 3 * 48 * METERS
    assert Measurement.objects.filter(simulated=True).count() == count
    assert Series.objects.filter(simulated=True).count() == METERS
    assert not Hotspot.objects.exists()
    assert not StreamEvent.objects.exists()


@pytest.mark.django_db
def test_only_missing_hours_are_added(three_days):
    demo.load_history(NOW, threading.Event())

    assert demo.load_history(NOW + timedelta(minutes=5), threading.Event()) == 0
    assert demo.load_history(NOW + timedelta(hours=2), threading.Event()) == 4 * METERS
    assert not Measurement.objects.filter(late=True).exists()


@pytest.mark.django_db
def test_after_a_long_pause_the_history_is_no_longer_than_usual(three_days):
    demo.load_history(NOW, threading.Event())

    again = demo.load_history(NOW + timedelta(days=100), threading.Event())

    assert again == 3 * 48 * METERS


@pytest.mark.django_db
def test_loading_stops_when_told_to(three_days):
    stop = threading.Event()
    stop.set()

    assert demo.load_history(NOW, stop) == 0
    assert not Measurement.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_feed_soon_opens_a_hotspot_with_its_alert():
    with running_demo():
        wait_until(lambda: Hotspot.objects.filter(severity="critical").exists())

    hotspot = Hotspot.objects.filter(severity="critical").first()
    assert hotspot.series.entity.name == PLACES[0].name
    assert hotspot.simulated
    assert Alert.objects.filter(hotspot=hotspot, simulated=True).exists()
    assert StreamEvent.objects.filter(stream="hotspots").exists()
    assert not Measurement.objects.filter(simulated=False).exists()


@pytest.mark.django_db(transaction=True)
def test_the_feed_goes_on_after_the_database_was_away(three_days, monkeypatch, caplog):
    pipeline, calls = demo.ingest, []

    def fail_once(*args, **kwargs):
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("the server closed the connection\nunexpectedly")
        return pipeline(*args, **kwargs)

    monkeypatch.setattr(demo, "ingest", fail_once)
    monkeypatch.setattr(demo, "RETRY_SECONDS", 0.05)

    with caplog.at_level(logging.WARNING, logger="ingest.demo"), running_demo():
        wait_until(Measurement.objects.exists)

    assert caplog.messages == [
        "The database refused the demo feed, which goes on: the server closed the connection"
    ]


@pytest.mark.django_db
def test_the_demo_users_have_their_roles():
    demo.create_demo_users("127.0.0.1")

    roles = {user.username: [g.name for g in user.groups.all()] for user in User.objects.all()}
    assert roles == {
        "admin": [],
        "analyst": ["analyst"],
        "approver": ["approver"],
        "ingest": ["ingester"],
    }
    assert User.objects.get(username="admin").is_superuser
    assert all(user.check_password("demo") for user in User.objects.all())


@pytest.mark.django_db
def test_existing_users_stay_untouched():
    User.objects.create_user("admin", password="of my own")

    demo.create_demo_users("localhost")
    demo.create_demo_users("::1")

    admin = User.objects.get(username="admin")
    assert admin.check_password("of my own")
    assert not admin.is_superuser
    assert User.objects.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "example.org"])  # noqa: S104
def test_demo_users_are_for_loopback_only(host):
    with pytest.raises(ImproperlyConfigured, match="DEMO=0"):
        demo.create_demo_users(host)

    assert not User.objects.exists()


@pytest.mark.django_db
def test_left_over_demo_users_are_refused_elsewhere():
    demo.create_demo_users("127.0.0.1")
    approver = User.objects.get(username="approver")
    approver.set_password("of my own")
    approver.save()

    demo.refuse_demo_users("127.0.0.1")
    with pytest.raises(ImproperlyConfigured, match="admin, analyst, ingest"):
        demo.refuse_demo_users("0.0.0.0")  # noqa: S104

    User.objects.exclude(username="approver").delete()
    demo.refuse_demo_users("0.0.0.0")  # noqa: S104
