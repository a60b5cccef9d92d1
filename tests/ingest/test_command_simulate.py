"""`manage.py simulate` against a real server."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from hotspots.models import Hotspot, Measurement
from ingest.simulation import PLACES

METERS = sum(len(place.meters) for place in PLACES)
PASSWORD = "correct horse battery staple"

pytestmark = pytest.mark.django_db(transaction=True)


def simulate(server, **options):
    out = StringIO()
    call_command("simulate", url=server.url, stdout=out, **options)
    return out.getvalue()


def test_history_and_live_readings_arrive_marked(live_server, ingester):
    said = simulate(live_server, user="ingest", password=PASSWORD, days=2, speed=20, seconds=1)

    sent = Measurement.objects.count()
    assert f"{2 * 48 * METERS:,} readings of 2 days sent. Now live." in said
    assert "spike at Northgate Plant: energy and co2e" in said
    assert f"Stopped: {sent:,} readings were sent." in said
    assert not Measurement.objects.filter(simulated=False).exists()
    assert Hotspot.objects.filter(series__entity__name="Northgate Plant", simulated=True).exists()


def test_a_token_does_too(live_server, ingester):
    credentials = {"username": "ingest", "password": PASSWORD}
    token = APIClient().post("/api/token", credentials, format="json").json()["access"]

    simulate(live_server, token=token, days=0, seconds=0.01)

    assert Measurement.objects.count() == METERS


def refusal(url, **options):
    with pytest.raises(CommandError) as caught:
        call_command("simulate", url=url, **options)
    assert not Measurement.objects.exists()
    return str(caught.value)


def test_a_wrong_password_is_one_line(live_server, ingester):
    said = refusal(live_server.url, user="ingest", password="wrong")

    assert said.startswith(f"{live_server.url}: ")
    assert "(401)" in said
    assert "0 readings were sent." in said


def test_a_user_without_the_permission_is_one_line(live_server, analyst):
    assert "(403)" in refusal(live_server.url, user="analyst", password=PASSWORD, days=0)


def test_a_token_that_ended_is_one_line(live_server):
    assert "(401)" in refusal(live_server.url, token="x.y.z", days=0)


def test_no_server_is_one_line():
    assert "refused" in refusal("http://127.0.0.1:9", days=0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "ftp://example.org"}, "is not an address"),
        ({"url": "http://localhost:99999"}, "is not an address"),
        ({"url": "http://localhost", "speed": 0}, "--speed is from"),
        ({"url": "http://localhost", "days": -1}, "--days is from"),
    ],
)
def test_a_bad_option_is_one_line(options, said):
    assert said in refusal(**options)
