"""2,000 lines, 25 kinds of defect: a verdict for each line, the good ones in, nothing else."""

import csv
import io
from collections import Counter

import pytest

from hotspots.models import Entity, Measurement
from ingest.models import Upload
from ingest.turns import take_turn

from .defects import EVERY, KINDS, LINES, ZONE, table, verdicts
from .loads import load

pytestmark = pytest.mark.django_db
BAD = LINES // EVERY
OPTIONS = {"time_zone": ZONE}


def assert_every_verdict(text):
    """Each rejected line is there once, with its code, its sentence and its own cells."""
    rows = list(csv.DictReader(io.StringIO(text)))
    expected = verdicts()
    assert len(expected) == BAD
    assert [int(row["line"]) for row in rows] == sorted(expected)
    for row in rows:
        kind = expected[int(row["line"])]
        assert row["code"] == kind.code, kind.name
        assert row["detail"] == (kind.detail or row["detail"]), kind.name
        assert row["detail"].endswith((".", "?")), kind.name
        assert row["entity"] or kind.name == "no entity"


def assert_only_good_ones_are_in():
    keys = set(Measurement.objects.values_list("key", flat=True))
    assert keys == {f"key-{n}" for n in range(LINES) if n + 2 not in verdicts()}
    assert set(Entity.objects.values_list("name", flat=True)) == {f"Mill {n}" for n in range(4)}


def assert_all_are_in():
    assert Measurement.objects.count() == LINES
    assert set(Measurement.objects.values_list("key", flat=True)) == {
        f"key-{n}" for n in range(LINES)
    }


def test_there_are_25_kinds_four_times_each():
    assert len({kind.name for kind in KINDS}) == 25
    assert set(Counter(kind.name for kind in verdicts().values()).values()) == {4}


def test_by_the_command_line_and_mended_again(tmp_path):
    path, errors = tmp_path / "mills.csv", tmp_path / "errors.csv"
    path.write_bytes(table())

    ran = load(path, errors=str(errors), **OPTIONS)

    assert f"{LINES - BAD:,} accepted, 0 duplicates, 0 late, {BAD} rejected" in ran.out
    assert_every_verdict(errors.read_text())
    assert_only_good_ones_are_in()

    path.write_bytes(table(mended=True))
    again = load(path, **OPTIONS)

    assert again.ok
    assert f"{BAD} accepted, {LINES - BAD:,} duplicates" in again.out
    assert ", 0 rejected" in again.out
    assert_all_are_in()


def test_by_upload_and_mended_again(api, ingester):
    client = api(ingester)

    first = load_upload(client, table())

    assert (first["accepted"], first["rejected"], first["duplicates"]) == (LINES - BAD, BAD, 0)
    assert_every_verdict(client.get(f"/api/uploads/{first['id']}/errors").content.decode())
    assert_only_good_ones_are_in()

    second = load_upload(client, table(mended=True))

    assert (second["accepted"], second["duplicates"], second["rejected"]) == (BAD, LINES - BAD, 0)
    assert_all_are_in()


def load_upload(client, content):
    """Upload, start with the suggested mapping and our zone, and work like a task worker."""
    file = io.BytesIO(content)
    file.name = "mills.csv"
    row = client.post("/api/uploads", {"file": file}, format="multipart").json()
    mapping = {**row["suggestion"], "time_zone": ZONE, "encoding": "utf-8"}
    started = client.post(f"/api/uploads/{row['id']}/start", {"mapping": mapping}, format="json")
    assert started.status_code == 200, started.content
    while (upload := Upload.objects.get(pk=row["id"])).status == "running":
        take_turn(upload.pk, upload.turn)
    return client.get(f"/api/uploads/{row['id']}").json()
