"""Uploads over REST: a file comes in, is looked at, loaded, and reported line by line."""

import gzip
from io import BytesIO

import pytest

from hotspots.models import Measurement
from ingest.models import Mapping, Upload
from ingest.storage import file_of, rejections_of
from ingest.turns import take_turn

pytestmark = pytest.mark.django_db

TABLE = "plant,when,kwh\nA,2026-01-02T04:00:00Z,1.5\nA,2026-01-02T05:00:00Z,x\n"
MAPPING = {
    "columns": {"entity": "plant", "time": "when", "value": "kwh"},
    "constants": {"metric": "energy"},
}


@pytest.fixture
def client(api, ingester):
    return api(ingester)


def upload(client, content=TABLE, name="plant.csv", **headers):
    body = content if isinstance(content, bytes) else content.encode()
    file = BytesIO(body)
    file.name = name
    return client.post("/api/uploads", {"file": file}, format="multipart", headers=headers)


def post(client, path, body=None):
    return client.post(path, body or {}, format="json")


def run(pk):
    """Work like a task worker until the upload is at its end."""
    while (row := Upload.objects.get(pk=pk)).status == "running":
        take_turn(pk, row.turn)
    return row


def test_a_file_is_kept_and_looked_at(client):
    answer = upload(client)

    row = answer.json()
    assert answer.status_code == 201
    assert (row["name"], row["format"], row["status"]) == ("plant.csv", "csv", "waiting")
    assert row["columns"] == ["plant", "when", "kwh"]
    assert row["sample"][0] == ["A", "2026-01-02T04:00:00Z", "1.5"]
    assert row["dialect"] == {
        "delimiter": ",",
        "decimal": ".",
        "encoding": "utf-8",
        "compression": "",
    }
    assert row["suggestion"]["columns"] == {"entity": "plant", "time": "when", "value": "kwh"}
    assert client.get(f"/api/uploads/{row['id']}").json() == row
    assert not Measurement.objects.exists()


def test_what_only_a_person_can_tell_is_said_until_a_saved_mapping_tells_it(client):
    content = "plant;when;kwh\nA;01.09.2026 00:00;1,5\nA;02.09.2026 00:00;1,5\n"

    row = upload(client, content).json()

    assert row["suggestion"]["time_format"] == "%d.%m.%Y %H:%M"
    assert [doubt["code"] for doubt in row["doubts"]] == ["day_or_month", "no_offset"]
    assert "time zone" in row["doubts"][1]["detail"]
    mapping = {**row["suggestion"], "time_zone": "Europe/Berlin", "constants": {"metric": "energy"}}
    body = {"mapping": mapping}
    [first, _] = post(client, f"/api/uploads/{row['id']}/preview", body).json()["lines"]
    assert first["reading"]["time"] == "2026-08-31T22:00:00.000Z"
    post(client, "/api/mappings", {"name": "Meters", "mapping": mapping})
    assert upload(client, content).json()["doubts"] == []


def test_a_preview_shows_readings_and_what_is_wrong(client):
    pk = upload(client).json()["id"]

    answer = post(client, f"/api/uploads/{pk}/preview", {"mapping": MAPPING})

    first, second = answer.json()["lines"]
    assert first["reading"] == {
        "entity": "A",
        "metric": "energy",
        "value": 1.5,
        "time": "2026-01-02T04:00:00.000Z",
    }
    assert (second["line"], second["reading"], second["code"]) == (3, None, "bad_value")
    assert not Measurement.objects.exists()


def test_a_started_upload_is_loaded_and_keeps_its_mapping(client):
    pk = upload(client).json()["id"]

    started = post(client, f"/api/uploads/{pk}/start", {"mapping": MAPPING, "save_as": "Plant"})
    assert started.json()["status"] == "running"
    run(pk)

    row = client.get(f"/api/uploads/{pk}").json()
    assert (row["status"], row["accepted"], row["rejected"]) == ("done", 1, 1)
    assert row["read_bytes"] == row["size"]
    assert Measurement.objects.count() == 1
    errors = client.get(f"/api/uploads/{pk}/errors").content.decode().splitlines()
    assert errors == [
        "line,code,detail,plant,when,kwh",
        "3,bad_value,'x' is no number.,A,2026-01-02T05:00:00Z,x",
    ]
    assert upload(client).json()["suggestion"]["constants"] == {"metric": "energy"}
    assert Mapping.objects.get().name == "Plant"


def test_a_packed_file(client):
    row = upload(client, gzip.compress(TABLE.encode()), "plant.csv.gz").json()

    assert row["dialect"]["compression"] == "gzip"
    post(client, f"/api/uploads/{row['id']}/start", {"mapping": MAPPING})
    assert run(row["id"]).accepted == 1


def test_a_deleted_upload_leaves_no_file(client, django_capture_on_commit_callbacks):
    pk = upload(client).json()["id"]
    stored = Upload.objects.get().stored
    assert file_of(stored).exists()

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.delete(f"/api/uploads/{pk}")

    assert answer.status_code == 204
    assert not file_of(stored).exists()
    assert not rejections_of(stored).exists()
