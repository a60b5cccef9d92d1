"""`manage.py ingest`: what it takes, what it says, and how it ends."""

import gzip
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from hotspots.models import Hotspot, Measurement, Series
from ingest import loading

from .loads import HEADER, csv_file, load

pytestmark = pytest.mark.django_db


def test_a_csv_file_is_loaded_and_reported(tmp_path):
    ran = load(csv_file(tmp_path, rows=5))

    assert ran.ok
    assert "events.csv: 5 accepted, 0 duplicates, 0 late, 0 rejected; 0 hotspots opened" in ran.out
    assert "events/s" in ran.out
    assert Measurement.objects.count() == 5


def test_a_second_run_accepts_nothing_and_is_no_failure(tmp_path):
    path = csv_file(tmp_path, rows=5)
    load(path)

    ran = load(path)

    assert ran.ok
    assert "0 accepted, 5 duplicates" in ran.out
    assert Measurement.objects.count() == 5


def test_ndjson_and_gzip(tmp_path):
    event = {"entity": "A", "metric": "co2e", "value": 1, "time": "2026-01-02T04:00:00Z"}
    path = tmp_path / "events.ndjson.gz"
    path.write_bytes(gzip.compress(json.dumps(event).encode() + b"\n\n{\n"))

    ran = load(path)

    assert ran.ok
    assert "1 accepted, 0 duplicates, 0 late, 1 rejected" in ran.out
    assert "events.ndjson.gz:3: bad_json" in ran.out


def test_several_files_are_reported_one_by_one(tmp_path):
    first = csv_file(tmp_path, rows=2)
    second = csv_file(tmp_path, rows=3, name="more.csv", entity="B")

    ran = load(first, second)

    assert "events.csv: 2 accepted" in ran.out
    assert "more.csv: 3 accepted" in ran.out


def test_opened_hotspots_are_counted(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(HEADER + ",baseline\nA,co2e,90,2026-01-02T04:00:00Z,50\n")

    assert "1 hotspots opened" in load(path).out
    assert Hotspot.objects.count() == 1


def test_a_line_with_a_problem_is_named_and_the_rest_is_taken(tmp_path):
    path = csv_file(tmp_path, rows=3)
    with path.open("a") as file:
        file.write("A,co2e,x,2026-01-02T04:00:00Z\n")

    ran = load(path)

    assert ran.ok
    assert "3 accepted, 0 duplicates, 0 late, 1 rejected" in ran.out
    assert "events.csv:5: bad_value: 'x' is no number." in ran.out


def test_what_the_pipeline_rejects_has_its_line_too(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        HEADER + ",unit\nA,co2e,1,2026-01-02T04:00:00Z,kg\n\nA,co2e,1,2026-01-02T05:00:00Z,kWh\n"
    )

    ran = load(path)

    assert "events.csv:4: unit_mismatch" in ran.out


def test_many_problems_are_cut_short_and_counted(tmp_path):
    path = tmp_path / "events.csv"
    rows = ["A,co2e,x,2026-01-02T04:00:00Z"] * 30 + ["A,co2e,1,today"] * 5
    path.write_text("\n".join([HEADER, *rows]))

    ran = load(path)

    assert not ran.ok
    assert ran.out.count("events.csv:") == 22  # the report, 20 problems, the total
    assert "rejected in total: 30 bad_value, 5 bad_time" in ran.out


def test_every_rejection_is_written_to_a_file(tmp_path):
    path, errors = tmp_path / "events.csv", tmp_path / "errors.csv"
    path.write_text("\n".join([HEADER, *["A,co2e,x,2026-01-02T04:00:00Z"] * 30]))

    load(path, errors=str(errors))

    lines = errors.read_text().splitlines()
    assert lines[0] == "line,code,detail,entity,metric,value,time"
    assert lines[30] == "31,bad_value,'x' is no number.,A,co2e,x,2026-01-02T04:00:00Z"
    assert len(lines) == 31


def test_small_batches_come_to_the_same(tmp_path):
    ran = load(csv_file(tmp_path, rows=7), batch_size=2)

    assert "7 accepted" in ran.out
    assert Series.objects.get().count == 7


def test_columns_that_are_not_used_are_named(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(HEADER + ",note\nA,co2e,1,2026-01-02T04:00:00Z,hello\n")

    assert "columns not used: note" in load(path).out


def test_when_the_database_refuses_the_rest_it_says_how_far_it_came(tmp_path, monkeypatch):
    pipeline, calls = loading.ingest, []

    def fail_later(batch, **kwargs):
        calls.append(len(batch))
        if len(calls) > 2:
            raise OperationalError("disk full")
        return pipeline(batch, **kwargs)

    monkeypatch.setattr(loading, "ingest", fail_later)

    ran = load(csv_file(tmp_path, rows=9), batch_size=3)

    assert not ran.ok
    assert "disk full (stored: 6 events, up to line 7)" in ran.err
    assert Measurement.objects.count() == 6


def test_an_interruption_leaves_whole_batches(tmp_path, monkeypatch):
    pipeline, calls = loading.ingest, []

    def interrupt_later(batch, **kwargs):
        calls.append(len(batch))
        if len(calls) > 1:
            raise KeyboardInterrupt
        return pipeline(batch, **kwargs)

    monkeypatch.setattr(loading, "ingest", interrupt_later)

    with pytest.raises(CommandError) as caught:
        call_command("ingest", str(csv_file(tmp_path, rows=9)), batch_size=3)

    assert caught.value.returncode == 130
    assert Measurement.objects.count() == 3
