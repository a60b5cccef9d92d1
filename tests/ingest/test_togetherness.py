"""Hotspots that belong together, side by side on a real database: incidents, storms, silences."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from django.db import connection
from django.utils import timezone

from alerts import services as alerts
from alerts import storms
from alerts.models import Alert
from hotspots import services as hotspots
from hotspots.models import Entity, Hotspot
from hotspots.silences import service as silences
from hotspots.silences import silencing
from streams import events
from streams.errors import IllegalStateError
from streams.models import StreamEvent

from .batches import HOUR, LIVE, reading, take
from .test_pipeline_concurrency import at_once, sent

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent.parent
PROCESS = """
import sys, django
django.setup()
from django.conf import settings
from django.db import connection
from tests.ingest.batches import reading, take
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
connection.ensure_connection()
for line in sys.stdin:
    hour, metric, unit = line.split()
    take(reading(160, hour=int(hour), baseline=100.0, metric=metric, unit=unit))
    print("done", flush=True)
"""


@pytest.fixture
def writer():
    """A function that starts a process of its own that takes readings in, one a line."""
    children = []

    def start():
        name = connection.settings_dict["NAME"]
        child = subprocess.Popen(
            [sys.executable, "-c", PROCESS, name], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        )  # fmt: skip
        children.append(child)
        return child

    yield start
    for child in children:
        child.send_signal(signal.SIGKILL)
        child.communicate()


def seqs(stream):
    """The numbers that a stream gave out."""
    return list(StreamEvent.objects.filter(stream=stream).order_by("seq").values_list("seq"))


def test_two_processes_that_see_one_plant_make_one_incident_each_time(writer):
    take(reading(10, hour=-1, baseline=100.0))
    take(reading(10, hour=-1, baseline=100.0, metric="co2e", unit="kg"))
    lines = {"energy kWh": writer(), "co2e kg": writer()}

    for hour in range(0, 40, 2):
        for line, child in lines.items():
            child.stdin.write(f"{hour} {line}\n")
            child.stdin.flush()
        assert [child.stdout.readline() for child in lines.values()] == ["done\n"] * 2
        first, second = Hotspot.objects.order_by("-pk")[:2][::-1]
        assert (first.incident_id, second.incident_id) == (None, first.pk), hour
        Hotspot.objects.all().delete()
        for row in Entity.objects.get().series.all():
            row.state = b""
            row.save()


def test_many_writers_make_one_storm(settings):
    settings.ALERT_STORM_HOTSPOTS = 5
    batches = [
        [
            reading(160, baseline=100.0, entity=f"Plant {writer}-{number}")
            for number in range(10)
        ]
        for writer in range(8)
    ]  # fmt: skip

    at_once(*map(sent, batches))
    storms.tend(timezone.now())

    storm = Alert.objects.storms().get()
    members = Alert.objects.filter(hotspot__isnull=False)
    assert members.count() == Hotspot.objects.count() == 80
    # each writer may have called up to the cap before it saw another's
    assert members.filter(suppressed_by=f"storm {storm.pk}").count() >= 80 - 8 * 5
    assert storm.hotspots == storm.members.count()
    assert seqs("alerts") == [(n,) for n in range(1, len(seqs("alerts")) + 1)]


@pytest.mark.parametrize("by_hand", [True, False], ids=["by hand", "by itself"])
def test_who_joins_a_storm_while_it_is_resolved_calls_in_the_next_round(settings, analyst, by_hand):
    settings.ALERT_STORM_HOTSPOTS = 3
    take([reading(160, baseline=100.0, entity=f"Plant {number}") for number in range(4)])
    storm = Alert.objects.storms().get()
    if not by_hand:
        for row in Hotspot.objects.all():
            hotspots.resolve(row.pk, by=analyst, at=LIVE, via="api")
    joined, resolved = Event(), Event()

    def join():
        with events.batch():  # tells at its end, so that nobody waits for it until then
            take([reading(160, baseline=100.0, entity="Latecomer")])
            assert Alert.objects.latest("pk").storm == storm
            joined.set()
            assert resolved.wait(20)

    def end():
        assert joined.wait(20)
        if by_hand:
            alerts.resolve(storm.pk, by=analyst, at=LIVE, via="api")
        else:
            storms.tend(timezone.now() + timedelta(minutes=5))
        resolved.set()

    at_once(join, end)
    late = Alert.objects.get(hotspot__series__entity__name="Latecomer")
    storm.refresh_from_db()
    assert (storm.status, late.suppressed_by) == ("resolved", f"storm {storm.pk}")
    storms.tend(timezone.now())

    late.refresh_from_db()
    assert (late.status, late.suppressed_by, late.storm) == ("active", "", None)


def test_a_storm_an_analyst_rounds_and_silences_never_wait_in_a_circle(settings, analyst):
    settings.ALERT_STORM_HOTSPOTS = 3
    names = [f"Plant {number}" for number in range(12)]
    take([reading(10, hour=-1, baseline=100.0, entity=name) for name in names])

    def feed(order):
        for hour in range(12):
            take([
                reading(10 if hour % 3 else 120 + 40 * (hour % 2), hour=hour, baseline=100.0,
                        entity=name)
                for name in order
            ])  # fmt: skip

    def handle():
        for _ in range(30):
            for alert in Alert.objects.filter(status="active").order_by("-pk")[:5]:
                try:
                    alerts.acknowledge(alert.pk, by=analyst, at=LIVE, via="api")
                except IllegalStateError:
                    continue

    def look_after():
        for _ in range(30):
            storms.tend(timezone.now())
            silencing.apply_silences(LIVE)

    def silence():
        for _ in range(10):
            made = silences.create(
                kind="silence", reason="test", everything=True, starts_at=LIVE,
                ends_at=LIVE + HOUR, by=analyst, at=LIVE, via="api",
            )  # fmt: skip
            silences.end(made.pk, by=analyst, at=LIVE, via="api")

    at_once(lambda: feed(names), lambda: feed(names[::-1]), handle, look_after, look_after, silence)
    silencing.apply_silences(LIVE + HOUR)

    active = Hotspot.objects.active()
    assert not active.exclude(suppressed_by="").exists()
    assert Alert.objects.storms().filter(storm_running=True).count() <= 1
    for stream in ("hotspots", "alerts"):
        assert seqs(stream) == [(n,) for n in range(1, len(seqs(stream)) + 1)]


def test_a_silence_made_while_readings_come_in_leaves_nothing_calling():
    names = [f"Plant {number}" for number in range(6)]
    take([reading(10, hour=-1, baseline=100.0, entity=name) for name in names])

    def silence():
        return silences.create(
            kind="silence", reason="test", everything=True, starts_at=LIVE,
            ends_at=LIVE + HOUR, by=None, at=LIVE, via="api",
        )  # fmt: skip

    strikes = [sent([reading(160, baseline=100.0, entity=name)]) for name in names]
    made = at_once(silence, *strikes)[0]
    silencing.apply_silences(LIVE)

    rows = Hotspot.objects.values_list("suppressed_by", "alerts__suppressed_by")
    assert list(rows) == [(f"silence {made.pk}: test",) * 2] * 6


def test_of_many_who_end_a_silence_one_does():
    Entity.objects.create(name="Site A")
    made = silences.create(
        kind="silence", reason="test", entity="Site A", starts_at=LIVE, ends_at=LIVE + HOUR,
        by=None, at=LIVE, via="api",
    )  # fmt: skip

    def end():
        try:
            return silences.end(made.pk, by=None, at=LIVE, via="api")
        except IllegalStateError:
            return None

    assert sum(answer is not None for answer in at_once(*[end] * 6)) == 1
    assert made.history.count() == 2
