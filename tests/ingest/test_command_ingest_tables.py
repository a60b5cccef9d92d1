"""`manage.py ingest` on tables of other people: options, encodings, and files that are none."""

import gzip
import io
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.db.models.functions import Coalesce

from hotspots.models import Entity, Measurement

from .loads import HEADER, csv_file, load

pytestmark = pytest.mark.django_db

PLANT = "date,Usage_kWh,CO2(tCO2)\n02/01/2018 00:15,3.17,0.01\n02/01/2018 00:30,4,0\n"
PLANT_OPTIONS = {
    "set": ["entity=plant", "entity_type=site"],
    "map": ["time=date"],
    "time_format": "%d/%m/%Y %H:%M",
    "time_zone": "Asia/Seoul",
}
ROW = "A,co2e,1,2026-01-02T04:00:00Z\n"


def write(folder, content, name="events.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def values():
    """What was sent: metric, unit and value."""
    unit, value = Coalesce("raw_unit", "series__metric__unit"), Coalesce("raw_value", "value")
    return sorted(Measurement.objects.values_list("series__metric", unit, value))


def test_columns_are_mapped_and_constants_set(tmp_path):
    one = {
        "map": ["time=date", "value=Usage_kWh"],
        "set": ["entity=plant", "entity_type=site", "metric=energy", "unit=kWh"],
    }

    ran = load(write(tmp_path, "\ufeff" + PLANT), **{**PLANT_OPTIONS, **one})

    assert ran.ok
    assert values() == [("energy", "kWh", 3.17), ("energy", "kWh", 4.0)]
    assert Entity.objects.get().entity_type == "site"
    assert Measurement.objects.earliest("time").time == datetime(2018, 1, 1, 15, 15, tzinfo=UTC)


def test_several_metrics_come_from_one_row(tmp_path):
    metrics = ["energy:kWh=Usage_kWh", "co2e:t=CO2(tCO2)"]

    ran = load(write(tmp_path, PLANT), metric=metrics, **PLANT_OPTIONS)

    assert "4 accepted" in ran.out
    assert values() == [
        ("co2e", "t", 0.0),
        ("co2e", "t", 0.01),
        ("energy", "kWh", 3.17),
        ("energy", "kWh", 4.0),
    ]


def test_a_metric_without_a_value_is_rejected_alone(tmp_path):
    path = write(tmp_path, "date,a,b\n02/01/2018 00:15,,5\n")

    ran = load(path, metric=["energy=a", "gas=b"], **PLANT_OPTIONS)

    assert "1 accepted, 0 duplicates, 0 late, 1 rejected" in ran.out
    assert "events.csv:2: missing_field: value is missing." in ran.out


def test_a_decimal_comma_is_hinted_at_and_read(tmp_path):
    path = write(tmp_path, HEADER.replace(",", ";") + "\nA;co2e;1.234,5;2026-01-02T04:00:00Z\n")

    hinted = load(path, delimiter=";")

    assert not hinted.ok
    assert "events.csv:2: bad_value: '1.234,5' is no number. A decimal comma?" in hinted.out
    assert "--decimal ," in hinted.out
    assert load(path, delimiter=";", decimal=",").ok
    assert Measurement.objects.get().value == 1234.5


def test_a_decimal_point_is_no_thousands_mark(tmp_path):
    ran = load(write(tmp_path, HEADER + "\nA,co2e,3.17,2026-01-02T04:00Z\n"), decimal=",")

    assert not ran.ok
    assert "'3.17' is no number with a decimal comma. A decimal point?" in ran.out


@pytest.mark.parametrize(
    ("cell", "hint"),
    [("02/01/2018 00:15", "--time-format"), ("2018-01-02 00:15", "--time-zone")],
)
def test_a_bad_date_is_named_with_the_option_that_helps(tmp_path, cell, hint):
    ran = load(write(tmp_path, f"{HEADER}\nA,co2e,1,{cell}\n"))

    assert not ran.ok
    assert f"events.csv:2: bad_time: time '{cell}'" in ran.out
    assert hint in ran.out


def test_another_encoding_is_hinted_at_and_read(tmp_path):
    path = write(tmp_path, f"{HEADER}\n{ROW}Zürich{ROW[1:]}".encode("cp1252"))

    hinted = load(path)

    assert "1 accepted, 0 duplicates, 0 late, 1 rejected" in hinted.out
    assert "events.csv:3: bad_value" in hinted.out
    assert "--encoding" in hinted.out
    assert load(path, encoding="cp1252").ok
    assert Entity.objects.filter(name="Zürich").exists()


def test_utf_16(tmp_path):
    path = write(tmp_path, f"{HEADER}\n{ROW}".encode("utf-16"))

    assert load(path).ok  # its mark says so
    assert "0 accepted, 1 duplicates" in load(path, encoding="utf-16").out


def test_utf_16_without_a_mark_is_recognized(tmp_path):
    assert load(write(tmp_path, f"{HEADER}\n{ROW}".encode("utf-16-le"))).ok


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty: there is no line in it."),
        ("\ufeff\n \n", "empty: there is no line in it."),
        ("entity,metric,Value,time\n", "No column 'value'. Did you mean 'Value'?"),
        ("Plant,Read\n", "Say which one it is (--map), or what it is in every row (--set)."),
        ("entity,metric,time,value,value\n", "Column 'value' is there 2 times."),
        (b"\x7fELF\x02\x01\x01\x00\x00", "binary: neither CSV nor NDJSON."),
        (b"\x89PNG\r\n\x1a\nIHDR", "a picture, no table."),
        (b"entity\x01,metric\n", "binary: neither CSV nor NDJSON."),
        (b"%PDF-1.7\n1 0 obj", "a PDF: export the table as CSV."),
        (b"PAR1\x15\x04", "Parquet that cannot be read"),
        (gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "packed twice"),
        ('[{"entity": "A"}]', "one event per line"),
        ("x" * 1_100_000, "line 1 is longer than"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path, content, said):
    path = write(tmp_path, content)

    ran = load(path)

    assert not ran.ok
    assert said in ran.err
    assert ran.err.startswith(f"{path}: ")
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    ("name", "said"), [("nothing.csv", "no such file"), ("folder", "is a directory")]
)
def test_no_file(tmp_path, name, said):
    (tmp_path / "folder").mkdir()

    ran = load(tmp_path / name, csv_file(tmp_path, rows=1))

    assert not ran.ok
    assert f"{tmp_path / name}: {said}" in ran.err
    assert Measurement.objects.count() == 1  # the other file was loaded all the same


def test_a_damaged_archive_keeps_its_whole_batches(tmp_path):
    lines = [f"A,co2e,{n * n},2026-01-02T04:00:00.{n:06}Z\n" for n in range(9000)]
    packed = gzip.compress("".join([HEADER + "\n", *lines]).encode())
    path = write(tmp_path, packed[: len(packed) // 2], "events.csv.gz")

    ran = load(path, batch_size=500)

    assert not ran.ok
    assert "damaged after line" in ran.err
    stored = Measurement.objects.count()
    assert stored > 0
    assert stored % 500 == 0
    assert f"(stored: {stored:,} events, up to line {stored + 1:,})" in ran.err


def test_a_header_without_rows_is_nothing_accepted(tmp_path):
    ran = load(write(tmp_path, HEADER + "\n"))

    assert not ran.ok
    assert "Nothing was accepted." in ran.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"map": ["value"]}, "--map 'value': write it as FIELD=COLUMN."),
        ({"map": ["valeu=x"]}, "There is no field 'valeu' to set: did you mean value?"),
        ({"map": ["value=nope"]}, "No column 'nope'"),
        ({"map": ["value=value", "value=time"]}, "value is given twice"),
        ({"set": ["value=5"]}, "There is no field 'value'"),
        ({"set": ["entity=a"], "map": ["entity=b"]}, "entity has a column and a constant"),
        ({"set": ["metric=a"], "metric": ["energy=value"]}, "metric is given twice"),
        ({"metric": ["energy"]}, "--metric 'energy': write it as NAME=COLUMN"),
        ({"time_zone": "Mars/Base"}, "--time-zone: There is no time zone 'Mars/Base'"),
        ({"time_format": "%Q"}, "--time-format: '%Q' is neither iso"),
        ({"time_format": "%H:%M"}, "it has no year, month and day"),
        ({"delimiter": ";;"}, "--delimiter: The delimiter is one character"),
        ({"encoding": "klingon"}, "--encoding: 'klingon' is none of utf-8"),
        ({"batch_size": 0}, "--batch-size is from 1 to 10,000."),
        ({"decimal": "x"}, "--decimal: The decimal mark is . or ,"),
        ({"mapping": "nope"}, "--mapping: There is no mapping 'nope'. None is saved."),
        ({"errors": "/nowhere/errors.csv"}, "--errors /nowhere/errors.csv"),
    ],
)
def test_a_bad_option_is_one_line(tmp_path, options, said):
    ran = load(csv_file(tmp_path, rows=1), **options)

    assert not ran.ok
    assert said in ran.err
    assert not Measurement.objects.exists()


def test_options_for_tables_do_not_go_with_ndjson(tmp_path):
    ran = load(write(tmp_path, '{"entity": "A"}\n'), set=["metric=co2e"])

    assert "the options for tables do not apply" in ran.err


def test_standard_input(monkeypatch):
    content = f"{HEADER}\n{ROW}".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(content))))

    assert "standard input: 1 accepted" in load("-").out


@pytest.mark.servers
def test_a_database_without_tables_is_one_line(tmp_path):
    ran = subprocess.run(
        [sys.executable, "manage.py", "ingest", str(csv_file(tmp_path, rows=1))],
        env={"DATA_DIR": str(tmp_path), "DATABASE_URL": "", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ran.returncode == 1
    assert "no such table" in ran.stderr
    assert "Traceback" not in ran.stderr
