"""Parquet: the same rows as from CSV, by batches, from a process that may die."""

import datetime as dt
import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hotspots.models import Measurement
from ingest import parquet, parquet_child
from ingest.errors import FileError

from .loads import load
from .uploading import begin, send, turn, work

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)


def write(path, rows=25, *, group=10, **columns):
    table = {
        "entity": ["A"] * rows,
        "metric": ["co2e"] * rows,
        "value": [n + 0.5 for n in range(rows)],
        "time": [START + dt.timedelta(minutes=n) for n in range(rows)],
        **columns,
    }
    pq.write_table(pa.table(table), path, row_group_size=group)
    return path


@pytest.fixture
def client(api, ingester):
    return api(ingester)


def test_by_the_command_line(tmp_path):
    ran = load(write(tmp_path / "a.parquet"))

    assert ran.ok
    assert "25 accepted, 0 duplicates, 0 late, 0 rejected" in ran.out
    assert Measurement.objects.latest("time").value == 24.5


def test_by_upload_and_turn_after_turn(client, tmp_path, monkeypatch):
    monkeypatch.setattr("ingest.turns.SECONDS", -1.0)
    monkeypatch.setattr("ingest.turns.PER_SECOND_OF_SEARCH", 0)
    monkeypatch.setattr("ingest.turns.BATCH_SIZE", 10)
    content = write(tmp_path / "a.parquet").read_bytes()

    row = send(client, content, "a.parquet").json()
    assert (row["format"], row["columns"]) == ("parquet", ["entity", "metric", "value", "time"])
    assert row["sample"][0] == ["A", "co2e", "0.5", "2026-01-02T00:00:00+00:00"]

    pk = begin(client, content, "a.parquet")["id"]
    assert turn(pk) == "to be continued"
    upload = work(pk)
    assert (upload.status, upload.accepted, upload.duplicates) == ("done", 25, 0)
    assert upload.read_bytes == upload.size


def test_types_are_read_as_they_would_stand_in_a_table(tmp_path):
    path = write(
        tmp_path / "a.parquet",
        5,
        value=pa.array([1, 2, None, 4, 5], pa.int64()),
        time=[dt.datetime(2026, 1, 2, n) for n in range(5)],  # noqa: DTZ001 - without a zone
        attributes=[{"route": f"R{n}"} for n in range(5)],
        note=[b"\xff"] * 5,
    )

    ran = load(path, time_zone="Europe/Berlin", decimal=",")

    assert "4 accepted, 0 duplicates, 0 late, 1 rejected" in ran.out
    assert "a.parquet:3: missing_field: value is missing." in ran.out
    assert "columns not used: note" in ran.out
    assert Measurement.objects.earliest("time").time == dt.datetime(2026, 1, 1, 23, tzinfo=dt.UTC)


def test_what_is_not_finite_is_rejected_by_itself(tmp_path):
    path = write(tmp_path / "a.parquet", 3, value=[1.0, float("nan"), float("inf")])

    ran = load(path)

    assert "1 accepted, 0 duplicates, 0 late, 2 rejected" in ran.out
    assert "bad_value: 'nan' is no number." in ran.out


def test_a_damaged_file_keeps_its_whole_batches(tmp_path):
    path = write(tmp_path / "a.parquet", 3000, group=500)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = b"\xff" * 2000
    path.write_bytes(content)

    ran = load(path, batch_size=100)

    assert not ran.ok
    assert "Parquet that is damaged after row" in ran.err
    assert Measurement.objects.count() % 100 == 0


def test_a_reader_that_dies_is_one_sentence(tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    child.write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    monkeypatch.setattr(parquet, "CHILD", child)

    with pytest.raises(FileError, match="its reader ended with -11"):
        parquet.Rows(str(write(tmp_path / "a.parquet")))


def test_the_reader_has_little_memory(tmp_path, monkeypatch):
    """A page of 150 MB from a file of kilobytes: refused, and not by this process."""
    monkeypatch.setattr(parquet, "MEMORY_BYTES", 256 * 1024**2)
    path = tmp_path / "bomb.parquet"
    big = pa.array(["x" * 150_000_000], pa.large_string())
    pq.write_table(pa.table({"entity": big}), path, compression="zstd", use_dictionary=False)
    assert path.stat().st_size < 1_000_000

    with parquet.Rows(str(path)) as rows, pytest.raises(FileError, match="Parquet that"):
        list(rows)


def test_only_the_reader_loads_the_library():
    loaded = "import ingest.files, sys; print('pyarrow' in sys.modules)"
    code = f"import django; from django.conf import settings; settings.configure(); {loaded}"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert ran.stdout.strip() == "False", ran.stderr


def test_the_reader_can_begin_anywhere(tmp_path):
    path = write(tmp_path / "a.parquet")

    for after in (0, 9, 10, 11, 24, 25, 30):
        order = {"path": str(path), "after": after, "limit": 0, "decimal": ".", "memory": 0}
        _, *frames = parquet_child.frames(**order)
        values = [row[2] for frame in frames for row in frame]
        assert values == [f"{n + 0.5}" for n in range(after, 25)], json.dumps(order)
