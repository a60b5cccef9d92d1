"""`POST /api/events` from outside."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from hotspots.models import Entity, Hotspot, Measurement, Series
from ingest import api as events_api
from ingest.parsing import MAX_BYTES
from streams.models import StreamEvent

pytestmark = pytest.mark.django_db

EVENT = {"entity": "Supplier A", "metric": "co2e", "value": 122.0, "time": "2026-01-02T04:00:00Z"}
URL = "/api/events"


@pytest.fixture
def post(api, ingester):
    client = api(ingester)

    def send(body, content_type="application/json", url=URL, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.generic("POST", url, data, content_type, headers=headers)

    return send


def assert_nothing_was_stored():
    assert not Measurement.objects.exists()
    assert not Entity.objects.exists()
    assert not StreamEvent.objects.exists()


def test_an_event_is_stored(post):
    response = post(EVENT)

    assert response.status_code == 200
    assert response.json() == {
        "accepted": 1,
        "duplicates": 0,
        "late": 0,
        "rejected": [],
        "hotspots": [],
    }
    row = Measurement.objects.get()
    assert (row.series.entity.name, row.value, row.simulated) == ("Supplier A", 122.0, False)


def test_a_slash_at_the_end_does_not_matter(post):
    assert post(EVENT, url="/api/events/").status_code == 200


def test_a_reading_above_its_baseline_opens_a_hotspot_that_is_named(post):
    response = post({**EVENT, "baseline": 50})

    assert response.json()["hotspots"] == [Hotspot.objects.get().pk]


def test_bad_events_do_not_spoil_the_good_ones(post):
    response = post([{**EVENT, "value": "x"}, EVENT, {**EVENT, "unit": "kWh"}, 5])

    report = response.json()
    assert (response.status_code, report["accepted"]) == (200, 1)
    assert [(r["index"], r["code"]) for r in report["rejected"]] == [
        (0, "bad_value"),
        (2, "unit_mismatch"),
        (3, "bad_type"),
    ]


def test_the_same_batch_again_changes_nothing(post):
    batch = [{**EVENT, "id": f"a{n}", "time": f"2026-01-02T0{n}:00:00Z"} for n in range(5)]
    post(batch)
    before = list(Series.objects.values())

    report = post(batch).json()

    assert (report["accepted"], report["duplicates"]) == (0, 5)
    assert list(Series.objects.values()) == before


def test_when_all_are_bad_the_report_is_an_error(post):
    response = post([{**EVENT, "value": "x"}, {**EVENT, "unit": "kWh"}])

    problem = response.json()
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert problem["code"] == "all_rejected"
    assert [r["code"] for r in problem["rejected"]] == ["bad_value", "unit_mismatch"]
    assert (problem["accepted"], problem["duplicates"], problem["late"]) == (0, 0, 0)
    assert not Measurement.objects.exists()
    assert not StreamEvent.objects.exists()


def test_an_empty_array_is_fine(post):
    response = post([])

    assert response.status_code == 200
    assert response.json() == {
        "accepted": 0,
        "duplicates": 0,
        "late": 0,
        "rejected": [],
        "hotspots": [],
    }


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-ndjson", b"\n".join([json.dumps(EVENT).encode()] * 2)),
        ("text/csv", b"entity,metric,value,time\nSupplier A,co2e,122,2026-01-02T04:00:00Z\n"),
    ],
)
def test_other_formats(post, content_type, body):
    response = post(body, content_type)

    assert (response.status_code, response.json()["accepted"]) == (200, 1)


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "bad_json"),
        (b'[{"value": NaN}]', "application/json", 400, "bad_json"),
        (b"\xff", "application/json", 400, "bad_json"),
        (b"", "application/json", 400, "bad_json"),
        (b"entity;value\n", "text/csv", 400, "bad_csv"),
        (b"{}", "text/plain", 415, "bad_content_type"),
        (b"{}", "", 415, "bad_content_type"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "bad_content_type"),
        (b" " * (MAX_BYTES + 1), "application/json", 413, "too_large"),
        (b"[" + b"{}," * 10_000 + b"{}]", "application/json", 413, "too_large"),
    ],
)
def test_a_body_that_is_refused_as_a_whole(post, body, content_type, status, code):
    response = post(body, content_type)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert_nothing_was_stored()


def test_what_is_declared_too_large_is_not_read(post):
    response = post(b"[]", **{"Content-Length": str(MAX_BYTES + 1)})

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_body_of_the_largest_size_is_taken(post):
    assert post(json.dumps(EVENT).encode().ljust(MAX_BYTES)).status_code == 200


def test_a_time_too_far_ahead(post):
    ahead = datetime.now(UTC) + timedelta(hours=1, minutes=5)

    response = post([EVENT, {**EVENT, "time": ahead.isoformat()}])

    assert [r["code"] for r in response.json()["rejected"]] == ["future_time"]


def test_nobody_posts_without_signing_in(api):
    response = api().post(URL, EVENT, format="json")

    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")
    assert_nothing_was_stored()


def test_nobody_posts_without_the_permission(api, analyst):
    response = api(analyst).post(URL, EVENT, format="json")

    assert (response.status_code, response.json()["code"]) == (403, "not_permitted")
    assert_nothing_was_stored()


def test_there_is_nothing_to_get(api, ingester):
    response = api(ingester).get(URL)

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


def test_simulated_events_are_marked(post):
    post({**EVENT, "baseline": 50}, url=f"{URL}?simulated=true")

    assert Measurement.objects.get().simulated
    assert Hotspot.objects.get().simulated


def test_an_unknown_parameter_is_refused(post):
    response = post(EVENT, url=f"{URL}?simulate=1")

    assert (response.status_code, response.json()["code"]) == (400, "unknown_parameter")
    assert_nothing_was_stored()


def test_a_repeated_key_gets_the_first_answer_again(post):
    first = post(EVENT, **{"Idempotency-Key": "k1"})

    again = post(EVENT, **{"Idempotency-Key": "k1"})

    assert again.json() == first.json()
    assert again.json()["accepted"] == 1


def test_a_key_with_another_body_is_refused(post):
    post(EVENT, **{"Idempotency-Key": "k1"})

    response = post({**EVENT, "value": 5}, **{"Idempotency-Key": "k1"})

    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert Measurement.objects.get().value == 122.0


def test_too_many_at_once_are_told_to_come_back(post, monkeypatch):
    monkeypatch.setattr(events_api, "_places", threading.BoundedSemaphore(1))
    with events_api._one_of_few():
        response = post(EVENT)

    assert (response.status_code, response.json()["code"]) == (503, "overloaded")
    assert int(response["Retry-After"]) > 0
    assert_nothing_was_stored()
    assert post(EVENT).status_code == 200


def test_a_database_that_cannot_keep_up_is_no_fault_of_the_client(post, monkeypatch):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(events_api, "ingest", locked)
        response = post(EVENT)

    assert (response.status_code, response.json()["code"]) == (503, "overloaded")
    assert "locked" not in response.content.decode()
    assert post(EVENT).status_code == 200
